"""The address that hubs call: they ask whether we meant it, and tell of news.  Edge.

W3C WebSub, sections 5.3 and 7.  The path ends in what only we and the hub know.
"""

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from syndicator.pipeline.websub import Door

_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def callback_route(door: Door) -> Route:
    """Return the route of all callbacks; *door* decides."""

    async def called(request: Request) -> Response:
        token = request.path_params["token"]
        if request.method == "POST":
            return await _pinged(door, token, request)
        challenge = request.query_params.get("hub.challenge", "")
        denied = request.query_params.get("hub.mode") == "denied"
        # HEAD must change nothing; a question without a challenge has no answer.
        if request.method != "GET" or not (challenge or denied):
            raise HTTPException(404)
        if not await door.verify(token, request.query_params):
            raise HTTPException(404)
        return PlainTextResponse("" if denied else challenge, headers=_HEADERS)

    return Route("/websub/{token}", called, methods=["GET", "POST"])


async def _pinged(door: Door, token: str, request: Request) -> Response:
    signature = request.headers.get("x-hub-signature", "")
    try:
        known = await door.deliver(token, signature, request.stream())
    except ClientDisconnect:
        return Response(status_code=400)
    # 410: the hub may take it as the end of the subscription (section 7).
    return Response(status_code=202 if known else 410, headers=_HEADERS)
