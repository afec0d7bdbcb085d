"""`mailbot forget` and `mailbot export`: what they say, what they leave, and with what exit code."""

import stat
import zipfile
from pathlib import Path

import pytest

from mailbot.store.database import Database
from tests.cli.conftest import Mailbot
from tests.desk import DeskDriver, mail


@pytest.fixture
def desk(here: Path) -> DeskDriver:
    """A desk in the current folder with a case of Kate's."""
    driver = DeskDriver.open(here, Database.open(f"sqlite:///{here}/mailbot.db"))
    headers = {"from_": "Kate <kate@mail.example>", "to": "support@acme.example", "subject": "Late"}
    driver.arrive(mail("My parcel A-10293 is late.", message_id="<late@mail.example>", **headers))
    return driver


def test_a_trial_counts_and_leaves_everything(desk: DeskDriver, mailbot: Mailbot) -> None:
    done = mailbot("forget", "Kate@mail.example", "--dry-run", "--json")
    assert (done.code, done.json["dry_run"], done.json["erased"]["cases"], done.json["on_server"]) == (0, True, 1, 1)
    assert desk.cases()[0].customer.address == "kate@mail.example"


def test_who_is_forgotten_is_gone(desk: DeskDriver, mailbot: Mailbot) -> None:
    done = mailbot("forget", "kate@mail.example")
    assert done.code == 0, done.err
    assert "cases" in done.out
    assert "--on-server deletes them" in done.out
    assert desk.cases()[0].customer.address == ""
    assert mailbot("case", "AP-10001").code == 0


def test_a_case_on_hold_is_named_and_left(desk: DeskDriver, mailbot: Mailbot, here: Path) -> None:
    config = here / "config.yaml"
    config.write_text(config.read_text() + "privacy: {legal_hold: [ap-10001]}\n")
    done = mailbot("forget", "kate@mail.example")
    assert (done.code, done.out, done.err) == (1, "", "on legal hold, so nothing was erased: AP-10001\n")
    assert desk.cases()[0].customer.address == "kate@mail.example"


@pytest.mark.parametrize("wanted", [("ap-10001",), ("--customer", "kate@mail.example")])
def test_an_export_is_for_its_owner_alone(desk: DeskDriver, mailbot: Mailbot, here: Path, wanted: tuple[str]) -> None:
    done = mailbot("export", *wanted, "--out", "case.zip")
    assert (done.code, done.err) == (0, "")
    assert stat.S_IMODE((here / "case.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(here / "case.zip") as archive:
        assert {"README.txt", "AP-10001/chain.json"} <= set(archive.namelist())


@pytest.mark.parametrize(
    ("wanted", "code", "says"),
    [
        (("AP-9",), 1, "there is no case AP-9"),
        (("--customer", "nobody@mail.example"), 1, "no case is known of nobody@mail.example"),
        ((), 2, "either the number of a case or --customer"),
    ],
)
def test_what_is_not_there_is_not_exported(
    desk: DeskDriver, mailbot: Mailbot, here: Path, wanted: tuple[str, ...], code: int, says: str
) -> None:
    done = mailbot("export", *wanted, "--out", "case.zip")
    assert done.code == code
    assert says in " ".join(done.err.split())
    assert not (here / "case.zip").exists()
