"""Which of the words behind "originally published in" are the party's name?  Pure.

A sentence goes on after the name, with a date, a permission or another clause, and may lead to
it by way of "the print edition of".  What is left is what readers see and what is compared
with the names of described parties.  Every expression is RE2's (linear time).
"""

from syndicator.rights.bylines import DAYS
from syndicator.rights.extract import compile_pattern
from syndicator.rights.moments import MONTHS

_MONTHS = "|".join(sorted(MONTHS))
_ENDS = r"(?:[\s.,;:)]|$)"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?:\s+de)?[\s./-]+(?:{_MONTHS}|\d)|(?:{_MONTHS}){_ENDS}"
    rf"|(?:{'|'.join(sorted(DAYS))}){_ENDS}|(?:19|20)\d\d{_ENDS}|\d{{1,2}}\.\d)"
)
_WHEN = "on|in|from|dated|le|du|en|am|vom|im|el|del|il|nel|في"
_AGAIN = (
    "is|was|has|it|are|appears|republished|reprinted|reposted|reproduced|shared|used"
    "|est|a été|ist|wird|wurde|se|es|fue|è|viene"
)
_AFTER = compile_pattern(
    # punctuation, a date with or without its preposition
    rf"\s*[,،؛]\s|\s(?:{_WHEN})\s+(?:the\s+)?{_DATE}"
    rf"|\s(?:\d{{1,2}}\.?\s+(?:de\s+)?(?:{_MONTHS}){_ENDS}|(?:{_MONTHS})\.?\s+(?:19|20)\d\d\b)"
    # another clause; names write the word behind "and" with a capital where these two languages do
    r"|\s(?-i:(?:and|und)\s+\p{Ll})"
    rf"|\s(?:and|und|et|y|e)\s+(?:{_AGAIN})\s|\s(?:and|und|et|y|e)\s+(?:{_AGAIN})$"
    r"|\s(?:with|by)\s+(?:(?:the|kind|their|its|his|her)\s+)*(?:permission|support|help|consent)\b"
    r"|\s(?:under|where|as part of|courtesy|thanks to|which|who|here)\s"
    r"|\s(?:sous|avec|dans le cadre|où)\s|\s(?:unter|mit|im rahmen|hier)\s|\s(?:bajo|con)\s|\ssotto\s"
    r"|\s(?:erschienen|veröffentlicht|publiziert)\b"
    r"|\s(?:بتاريخ|يوم|بإذن|بتصريح|تحت|بموجب|حيث|بعنوان|وأعيد)\s"
)
_PART = r"(?:[\pL\pN][\pL\pN.'’/-]*\s+)"
_LEADS = compile_pattern(
    r"^(?P<lead>"
    rf"(?:the\s+)?{_PART}{{0,5}}(?:issue|edition|website|site|blog|pages|version)\s+of\s+"
    rf"|(?:le |la |l.)?(?:site|numéro|édition)\s+{_PART}{{0,4}}(?:de\s+|du\s+|d[’'])"
    rf"|(?:(?:der|dem|den|die)\s+)?(?:web[- ]?site|homepage|internetseite|(?:\pL+-?)?ausgabe)\s+{_PART}{{0,3}}"
    r"(?:von|vom|der|des)\s+|(?:der|dem|den)\s+"
    rf"|(?:la |el )?(?:edición|sitio|página|portal|número)\s+{_PART}{{0,4}}(?:del?)\s+"
    r"|(?:موقع|الموقع)\s+"
    # a common noun before the name, in lower case
    r"|(?-i:(?:the|le|la|el|der|dem|il)\s+(?:online\s+)?(?:newspaper|magazine|journal|quotidien"
    r"|magazine|revue|hebdomadaire|diario|periódico|revista|medio)\s+)"
    r")(?-i:[\p{Lu}\p{Lo}\pN]|[\pL\pN-]+\.[\pL])"
)


def span_of_name(words: str) -> tuple[int, int]:
    """Return where in *words* the name begins and ends; what leads to it and follows it is none.

    Args:
        words: what stands between a statement of origin and the next end of a clause.
    """
    lead = _LEADS.search(words)
    start = len(lead.group("lead") or "") if lead is not None else 0
    after = _AFTER.search(words[start:])
    end = start + after.span()[0] if after is not None else len(words)
    return (start, end) if words[start:end].strip() else (0, len(words))
