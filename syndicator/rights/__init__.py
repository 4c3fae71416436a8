"""What may be shown, how it is shown, and why: the doors of the rights engine.

``decide`` says how much of a copy an output may show and what is owed for it, ``trace``
the same with the way to it, ``remedies`` what would open more, ``fulfil`` shapes the item to
the decision.  All of them take a copy as ``of_one_work`` gives it, with what the other copies
say for it.
"""

from syndicator.rights.decide import Row, Trace, decide, is_retracted, trace
from syndicator.rights.fulfil import fulfil
from syndicator.rights.reasons import explain_reason
from syndicator.rights.remedies import Remedy, remedies
from syndicator.rights.siblings import of_one_work

__all__ = [
    "Remedy",
    "Row",
    "Trace",
    "decide",
    "explain_reason",
    "fulfil",
    "is_retracted",
    "of_one_work",
    "remedies",
    "trace",
]
