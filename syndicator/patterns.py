"""Regular expressions in linear time and bounded memory, by RE2.  Pure.

RE2 builds the automaton of a pattern while it reads texts, and keeps what it has built, up to
a bound.  In a process that runs for long each pattern comes to fill that memory.  A quarter of
RE2's own bound was never slower on real feeds, and operators have many patterns.
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
    # A hostile text may use up the memory.  RE2 then takes a slower way, which is still linear,
    # but it must not write a line into the log for each line of such a text.
    made.log_errors = False
    if octets:
        made.encoding = re2.Options.Encoding.LATIN1
    return made
