"""Whatever answers us without end: the number of our mails has a bound, which stands in each test as a constant.

`outside` counts what goes to anybody but the team and the admins, `inside` what the team gets. The bounds follow from
the budgets of config.yaml: in 52 hours begin three windows of a day, with five mails each to whom nothing proves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from mailbot.store.database import Database
from mailbot.store.ledger import Disposition
from tests.desk import DeskDriver
from tests.loops import robots
from tests.loops.zoo import DAYS, SEED, STEPS, Keeper, OtherDesk, Robot, World, letter
from tests.security.play import COMPLAINT

KIM, MARI = "kim@robots.example", "mari@acme.example"
SUBJECT = "Five days for a next-day parcel"
FIRST = letter(COMPLAINT, f"Kim <{KIM}>", subject=SUBJECT)

ONE_CASE = 3
"""An acknowledgement, a word that somebody is at it, and one about the delay: what one case brings its customer."""

ONE_CASE_INSIDE = 8
"""Two agents hear of a case four times in 52 hours: it is there, a word came, its deadline is near, and has passed."""

PER_DAY = 5
"""`budgets.per_address_day`."""

UNPROVEN = PER_DAY * DAYS
"""So many mails an address gets at most for which nobody vouches."""


@pytest.mark.parametrize(
    ("robot", "outside"),
    [
        (robots.absence_note, ONE_CASE),
        (robots.plain_absence_note, ONE_CASE),
        (robots.note_out_of_thread, ONE_CASE),
        (robots.alias, ONE_CASE),
        (robots.alias_in_its_own_name, ONE_CASE),
        (robots.list_server, ONE_CASE),
        (robots.list_without_headers, ONE_CASE),
        (robots.bounce_without_report, ONE_CASE),
        (robots.bounce_as_the_customer, ONE_CASE),
        (robots.customer_who_asks, ONE_CASE),
        (robots.help_desk, UNPROVEN),
        (robots.robot_that_renames, UNPROVEN),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_machine_that_answers_every_mail(desk: DeskDriver, robot: Robot, outside: int) -> None:
    world = World(desk, {KIM: robot, "admin@robots.example": robot}).run(FIRST)
    inside = ONE_CASE_INSIDE * (1 if outside == ONE_CASE else 1 + outside)
    show(robot.__name__, world, outside, inside)
    assert world.outside <= outside, world.kinds
    assert world.inside <= inside, world.kinds


def test_a_machine_for_which_its_server_vouches_gets_ten_times_as_many(desk: DeskDriver) -> None:
    limited(desk, per_address_day=1)
    world = World(desk, {KIM: robots.renaming_and_proven}).run(FIRST)
    show("renaming_and_proven", world, 10 * DAYS, ONE_CASE_INSIDE * (1 + 10 * DAYS))
    assert world.outside <= 10 * DAYS, world.kinds
    assert world.inside <= ONE_CASE_INSIDE * (1 + 10 * DAYS), world.kinds


@pytest.mark.parametrize(("stripped", "each"), [(False, ONE_CASE), (True, UNPROVEN)])
def test_two_mailbots_wired_to_each_other(desk: DeskDriver, other: DeskDriver, *, stripped: bool, each: int) -> None:
    theirs = OtherDesk(other, stripped)
    keeper = Keeper(Random(SEED))
    world = World(desk, {"support@other.example": theirs.robot}, (theirs.goes_on(keeper),))
    world.run(letter(COMPLAINT, "Other <support@other.example>", subject=SUBJECT))
    with other.runtime.database.read() as tx:
        back = sum(row.recipient.endswith("@other.example") for row in tx.outbox.list())
    show(f"two mailbots, stripped: {stripped}", world, each, ONE_CASE_INSIDE * (1 + each))
    print("  and back", back)
    assert world.outside <= each, world.kinds
    assert back <= each
    assert world.inside <= ONE_CASE_INSIDE * (1 + each), world.kinds


def test_an_agents_machine_and_a_customers_machine_keep_each_other_going_within_the_budget_of_the_case(
    desk: DeskDriver,
) -> None:
    hour, day = 6, 12
    limited(desk, per_case_hour=hour, per_case_day=day)
    world = World(desk, {KIM: robots.customer_who_asks, MARI: robots.agent_who_thanks}).run(FIRST)
    show("agent and customer", world, day * DAYS, day * DAYS)
    answers = sum(one.kind == "answer" for one in world.left)
    assert 1 <= answers <= world.to(MARI)
    assert world.inside <= day * DAYS, world.kinds
    assert world.outside <= day * DAYS, world.kinds


def test_error_mails_to_a_machine_of_an_agent_have_the_budget_of_the_case(desk: DeskDriver) -> None:
    hour, day = 6, 12
    limited(desk, per_case_hour=hour, per_case_day=day)
    world = World(desk, {MARI: robots.agents_nonsense}).run(FIRST)
    show("agent's nonsense", world, ONE_CASE, day * DAYS)
    assert sum(one.kind == "receipt" for one in world.left) >= hour - 2
    assert world.inside <= day * DAYS, world.kinds
    assert world.outside <= ONE_CASE, world.kinds


def test_notices_to_agents_that_come_back_without_a_report_end_where_they_came_from(desk: DeskDriver) -> None:
    world = World(desk, {MARI: robots.bounce_as_the_customer}).run(FIRST)
    show("agent's mailbox is gone", world, ONE_CASE, 2 * ONE_CASE_INSIDE)
    assert world.outside <= ONE_CASE, world.kinds
    assert world.inside <= 2 * ONE_CASE_INSIDE, world.kinds


def test_an_admin_whose_machine_answers_every_alert_gets_one_in_an_hour_and_kind(desk: DeskDriver) -> None:
    world = World(desk, {KIM: robots.robot_that_renames, "ops@acme.example": robots.absence_note}).run(FIRST)
    hours = sum(STEPS[1:], STEPS[0]).total_seconds() / 3600
    assert 1 <= world.alerts <= hours + 1, world.kinds


@pytest.mark.parametrize("number", range(5))
def test_machines_put_together_by_chance_stay_within_the_budgets(desk: DeskDriver, number: int) -> None:
    seed = SEED + number
    chance = Random(seed)
    animals = {f"r{n}@robots.example": robots.varied(chance) for n in range(3)}
    first = (letter(COMPLAINT, by, subject=SUBJECT, message_id=f"<first.{by}>") for by in animals)
    world = World(desk, animals, seed=seed).run(*first, steps=STEPS[::2])
    most = UNPROVEN * len(animals)
    show(f"by chance, seed {seed}", world, most, ONE_CASE_INSIDE * (len(animals) + most))
    assert all(world.to(address) <= UNPROVEN for address in animals), world.kinds
    assert world.inside <= ONE_CASE_INSIDE * (len(animals) + world.outside), world.kinds
    assert settled(desk)


def test_the_same_seed_lets_the_same_mails_leave(tmp_path: Path, sqlite_model: Path) -> None:
    runs = []
    for number in (1, 2):
        with a_desk(tmp_path / str(number), sqlite_model) as desk:
            runs.append(World(desk, {KIM: robots.robot_that_renames}).run(FIRST, steps=STEPS[::2]).left)
    assert runs[0] == runs[1]


def limited(desk: DeskDriver, **budgets: int) -> None:
    """Give the desk smaller budgets than it has."""
    config = desk.runtime.config
    desk.runtime.config = replace(config, budgets=replace(config.budgets, **budgets))


def settled(desk: DeskDriver) -> bool:
    """Whether every mail has become something, and none of it a quarantine."""
    with desk.runtime.database.read() as tx:
        return not {Disposition.RECEIVED, Disposition.QUARANTINED} & tx.ledger.counts().keys()


def show(name: str, world: World, outside: int, inside: int) -> None:
    """Say what was measured, for whoever asks with `pytest -s`."""
    print(f"zoo: {name}: outside {world.outside} of {outside}, inside {world.inside} of {inside}, {world.kinds}")


@pytest.fixture
def other(tmp_path: Path, sqlite_model: Path) -> Iterator[DeskDriver]:
    """Another organisation's desk."""
    with a_desk(tmp_path / "other", sqlite_model) as desk:
        yield desk


@contextmanager
def a_desk(folder: Path, model: Path) -> Iterator[DeskDriver]:
    folder.mkdir()
    (folder / "mail.db").write_bytes(model.read_bytes())
    database = Database.open(f"sqlite:///{folder}/mail.db")
    try:
        yield DeskDriver.open(folder, database)
    finally:
        database.close()
