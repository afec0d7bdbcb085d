"""What agents are shown of that which comes again, what the timeline keeps of it, and the word to the leads."""

from collections.abc import Iterable

from mailbot.core import actions as a
from mailbot.core.case import Case
from mailbot.core.notices import notice
from mailbot.core.recurrence import to_tell
from mailbot.core.situation import Situation

NOTE = "recurrence"
"""The line of the timeline that keeps what has come again."""
_MOST_LISTED = 50


def recurred(situation: Situation) -> Iterable[a.Note]:
    """The line for the timeline, where something has come again."""
    found = situation.recurrence
    data: dict[str, object] = {
        **({"past": {past.case.number: past.sign.value for past in found.past}} if found.past else {}),
        **({"granted": [str(sum_) for sum_ in found.granted]} if found.granted else {}),
        **{kind.value: [like.case.number for like in likes] for kind, likes in found.like.items() if likes},
    }
    if data:
        said = ", ".join(f"{name} {len(what)}" for name, what in data.items() if isinstance(what, (dict, list)))
        yield a.Note(event=NOTE, detail=said, data=data)


def told_of_clusters(case: Case, situation: Situation) -> Iterable[a.Action]:
    """The word to the leads about what many customers complain of, once for a cluster and its time."""
    zone = situation.desk.calendar.zone
    for kind, others in to_tell(situation.recurrence, situation.desk.clusters, situation.now, zone).items():
        numbers = ", ".join((case.number, *(like.case.number for like in others[:_MOST_LISTED])))
        for lead in situation.team.leads:
            letter = notice(case, situation, lead, f"cluster_{kind}", detail=numbers)
            yield a.Send(letter=letter, reason=f"{kind}: {len(others) + 1} customers")
