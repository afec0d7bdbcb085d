"""What a desk does in a stage, from its opening: this is what is killed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from mailbot import log
from mailbot.daemon import Daemon
from mailbot.mail.smtp import SmtpSender
from mailbot.store.database import Database
from mailbot.workflows.once import once
from mailbot.workflows.reload import Reload, open_runtime
from mailbot.workflows.runtime import Runtime
from mailbot.workflows.start import start
from tests.chaos.plan import Edit, Kill, Plan, Stage
from tests.chaos.process import die_at
from tests.chaos.world import Place
from tests.desk import MONDAY_NOON

MOMENTS = {
    Stage.BEGIN: MONDAY_NOON,
    Stage.COMPLAINTS: MONDAY_NOON + timedelta(minutes=10),
    Stage.QUARTER: MONDAY_NOON + timedelta(minutes=30),
    Stage.ANSWERS: MONDAY_NOON + timedelta(minutes=50),
    Stage.LATER: MONDAY_NOON + timedelta(hours=2),
    Stage.DAYS: MONDAY_NOON + timedelta(days=8),
}
# After the last stage: leases of what was cut off lapse (on PostgreSQL mail has one of 45 minutes), mail of uncertain
# fate is sent again and given up, and so is what tells of that.
AFTERWARDS = tuple(MOMENTS[Stage.DAYS] + timedelta(minutes=25 * number) for number in range(1, 7))
END = AFTERWARDS[-1]
_DAEMON_SECONDS = 1.5
_EDITS = {"good": "priority: high", "bad": "prioirty: high"}


def lived(place: Place, plan: Plan, stage: Stage, kill: Kill | None) -> None:
    """A desk is opened, does what there is to do, and is closed."""
    _arm(kill)
    runtime = _open(place, plan)
    clock = partial(_always, MOMENTS[stage])
    if kill and kill.daemon:
        _be_a_daemon(runtime, clock)
    failures = once(runtime, clock, sender=_sender)
    if stage is Stage.BEGIN and plan.edit != "none":
        _edit(runtime, plan.edit, place.folder / "rules/zz.yaml", clock)
    runtime.close()
    print(stage.name, kill, failures)


def ended(place: Place, plan: Plan) -> None:
    """As time goes on after the last stage, everything comes to its end."""
    _arm(None)
    for moment in AFTERWARDS:
        runtime = _open(place, plan)
        once(runtime, partial(_always, moment), sender=_sender)
        runtime.close()


def _always(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _arm(kill: Kill | None) -> None:
    log.configure("error")
    if kill and kill.point:
        die_at(kill.point, kill.nth)


def _open(place: Place, plan: Plan) -> Runtime:
    database = Database.open(place.config.database)
    if plan.edit == "none":
        return Runtime(place.config, database, place.behaviour)
    return open_runtime(place.config, database, like=place.behaviour)


_sender = partial(SmtpSender, timeout=5.0, final_timeout=0.6)


def _be_a_daemon(runtime: Runtime, clock: Callable[[], datetime]) -> None:
    """Work with all threads, until the kill or for as long as a stage can take."""
    with runtime.database.lock():
        start(runtime, clock())
        Daemon(runtime, clock).start()
        time.sleep(_DAEMON_SECONDS)


def _edit(runtime: Runtime, edit: Edit, file: Path, clock: Callable[[], datetime]) -> None:
    """Somebody saves a file of the rules, and the desk takes notice."""
    reload = Reload(runtime)
    reload.look(clock())
    if not file.exists():
        file.write_text(f"rules:\n  - {{rule: all is urgent, then: {{{_EDITS[edit]}}}}}\n")
    for _ in range(3):
        reload.look(clock())
