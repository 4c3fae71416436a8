"""What may be shown, how it is shown, and why: the doors of the rights engine.

``decide`` says how much of a copy an output may show and what is owed for it, ``trace``
the same with the way to it, ``fulfil`` shapes the item to the decision.
"""

from syndicator.rights.decide import Row, Trace, decide, trace
from syndicator.rights.fulfil import fulfil
from syndicator.rights.reasons import explain_reason, hint_of

__all__ = ["Row", "Trace", "decide", "explain_reason", "fulfil", "hint_of", "trace"]
