"""`mailbot demo` as people start it: a process of its own in an empty folder, with an empty home."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailbot.core.letters import LetterKind
from mailbot.demo.desk import IMAP_PORT, SMTP_PORT
from mailbot.demo.script import Answers, Reads, Sends, Stands, load_cast, load_script

pytestmark = pytest.mark.xdist_group("demo")

SCRIPT, CAST = load_script(), load_cast()
COMMAND = [sys.executable, "-c", "from mailbot.cli import main; main()", "demo"]


@dataclass(frozen=True, slots=True)
class Run:
    returncode: int
    stdout: str
    stderr: str
    folder: Path

    def of_step(self, number: int) -> str:
        """What was printed from one step's caption to the next."""
        begins = self.stdout.index(f"[{number}/{len(SCRIPT.steps)}] ")
        rest = self.stdout[begins:]
        ends = rest.find(f"[{number + 1}/{len(SCRIPT.steps)}] ")
        return rest if ends < 0 else rest[:ends]


def free_offset() -> int:
    while True:
        offset = random.randrange(100, 20_000)
        try:
            for port in (IMAP_PORT + offset, SMTP_PORT + offset):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return offset


def environment(folder: Path) -> dict[str, str]:
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    return {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}


def finish(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("tour")
    done = finish([*COMMAND, "--once", "--port-offset", str(free_offset())], folder)
    return Run(done.returncode, done.stdout, done.stderr, folder)


def flat(text: str) -> str:
    """Words alone: without the frame around printed mail, line breaks and marks of direction."""
    kept = text.translate(str.maketrans("│", " ", "\u2066\u2067\u2068\u2069"))
    return " ".join(kept.split())


def test_the_tour_ends_well_and_quietly(tour: Run):
    assert tour.returncode == 0, tour.stdout[-2000:] + tour.stderr
    assert tour.stderr == ""


@pytest.mark.parametrize("number", range(1, len(SCRIPT.steps) + 1))
def test_every_step_is_shown_as_it_was_written(tour: Run, number: int):
    step, shown = SCRIPT.steps[number - 1], flat(tour.of_step(number))
    assert flat(step.says) in shown
    match step:
        case Sends():
            complaint = SCRIPT.complaints[step.send]
            expected = [CAST.people[complaint.by].address, complaint.subject, complaint.text, *complaint.attachments]
        case Reads():
            case = "AP-1000" if step.read.kind is LetterKind.DAILY_LIST else "[AP-1000"
            expected = [f"To: {CAST.people[step.read.by].name}", "Subject: ", case, step.read.words]
        case Answers():
            expected = [f"From: {CAST.people[step.answer.by].name}", step.answer.text]
        case Stands():
            expected = list(step.states.values())
        case _:
            expected = []
    for words in expected:
        assert flat(words) in shown


def test_nothing_internal_is_shown_to_a_customer(tour: Run):
    for number, step in enumerate(SCRIPT.steps, 1):
        if isinstance(step, Reads) and CAST.people[step.read.by].writes_to_the_desk:
            assert "[ref:" not in tour.of_step(number)
            assert "#resolve" not in tour.of_step(number)


def test_the_summary_names_every_case_and_no_gap(tour: Run):
    summary = flat(tour.stdout.partition("Summary")[2])
    for complaint in SCRIPT.complaints.values():
        assert CAST.people[complaint.by].name in summary
    assert "gaps between mailbox, ledger and outbox: 0" in summary


def test_nothing_is_left_behind(tour: Run):
    assert [path.name for path in tour.folder.iterdir() if any(path.rglob("*")) or path.is_file()] == []


def test_a_taken_port_is_a_clear_message(tmp_path: Path):
    offset = free_offset()
    with socket.create_server(("127.0.0.1", SMTP_PORT + offset)):
        done = finish([*COMMAND, "--once", "--port-offset", str(offset)], tmp_path)
    assert done.returncode == 2
    assert str(SMTP_PORT + offset) in done.stderr
    assert "--port-offset" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def by_hand(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "--port-offset", str(free_offset())]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield process
        process.kill()


def test_without_a_terminal_the_news_are_lines_and_sigterm_ends_it(by_hand: subprocess.Popen[str], tmp_path: Path):
    assert by_hand.stdout is not None
    waiting = {f"acknowledgement ←  {CAST.people[each.by].address}" for each in SCRIPT.complaints.values()}
    printed = []
    while waiting:
        printed.append(by_hand.stdout.readline())
        assert printed[-1], "it ended by itself"
        waiting = {words for words in waiting if words not in printed[-1]}
    assert any(f"mutt -F {tmp_path / 'tmp'}" in line for line in printed)
    by_hand.send_signal(signal.SIGTERM)
    assert by_hand.wait(40) == 0
    assert list((tmp_path / "tmp").iterdir()) == []
