"""Which deadlines will be missed if nothing is done."""

from datetime import datetime

from mailbot.core.case import Case, Deadline


def coming_due(case: Case, since: datetime, until: datetime) -> tuple[Deadline, ...]:
    """The deadlines of a case that pass after `since` and by `until`, the earliest first.

    Those that are met, and those whose clocks stand still, do not pass.
    """
    running = (d for d in case.deadlines if d.is_running and not d.paused_since)
    return tuple(sorted((d for d in running if since < d.due_at <= until), key=lambda deadline: deadline.due_at))
