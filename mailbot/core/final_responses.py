"""Whether the mail that resolves a case says what the regulator wants of it whose clocks the case has."""

from mailbot.core.case import Case
from mailbot.core.regulation import Part
from mailbot.core.situation import Situation

MISSING = "missing_parts"
"""Why such a mail is held, and what the timeline calls it where it goes out all the same."""


def lacking(words: str, case: Case, situation: Situation, *, offers: bool, referred: bool) -> tuple[Part, ...]:
    """What these words do not say; `offers` go out with them, `referred`: the referral is put below them."""
    sla = situation.desk.slas.of(case)
    if sla is None or sla.profile is None:
        return ()
    return sla.profile.lacking(words, case.language, offers=offers, referred=referred)
