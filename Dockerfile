# The daemon without the test tools, as a user of its own.
FROM python:3.13-slim AS build
WORKDIR /app
COPY constraints.txt pyproject.toml README.md ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r constraints.txt
COPY syndicator syndicator
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home syndicator \
 && install -d -o syndicator /srv/syndicator/var
COPY --from=build /venv /venv
WORKDIR /srv/syndicator
COPY config config
COPY seeds seeds
USER syndicator
EXPOSE 8080
VOLUME /srv/syndicator/var
HEALTHCHECK --interval=1m --timeout=5s --start-period=30s CMD \
  ["/venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["/venv/bin/syndicator"]
CMD ["run"]
