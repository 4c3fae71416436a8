"""Regular expressions in linear time and bounded memory, by RE2.  Pure.

RE2 makes its automaton while it reads and keeps what it made, up to a bound of its own for
each pattern, which long texts fill sooner or later in every process.  A quarter of its usual
bound was never slower on real feeds, and operators have many patterns.
"""

import re2

MEMORY = 2 * 1024 * 1024
"""Octets that one pattern may keep."""


def regex_options(*, ignore_case: bool = False, octets: bool = False) -> re2.Options:
    """Return the options under which every pattern is compiled.

    Args:
        ignore_case: capital and small letters are the same.
        octets: the pattern is for ``bytes``, of which it reads one at a time.
    """
    made = re2.Options()
    made.max_mem = MEMORY
    made.case_sensitive = not ignore_case
    # A hostile text may use up the memory: RE2 then takes a slower, still linear way, and
    # must not write a line about it for every line of the text.
    made.log_errors = False
    if octets:
        made.encoding = re2.Options.Encoding.LATIN1
    return made
