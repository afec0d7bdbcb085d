"""Reading in processes under limits: what one mail can do to the desk, and what not."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailbot.core.errors import TemporaryError
from mailbot.core.message import Attachment, Reading
from mailbot.reading.hints import Hints, UnreadableMail
from mailbot.reading.limits import Limits
from mailbot.reading.vocabulary import Vocabulary
from mailbot.reading.workers import Readers
from tests.reading.mails import mail
from tests.servers.nurseries import from_nothing

HINTS = Hints(default_language="en")


@pytest.fixture(scope="module", autouse=True)
def as_in_service() -> Iterator[None]:
    with from_nothing():
        yield


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    readers = Readers(
        {"en": Vocabulary.from_words("en", {})}, ("en",), Limits(workers=2, seconds=2, memory=500_000_000)
    )
    yield readers
    readers.close()


def processes(readers: Readers) -> set[int]:
    """The reading processes that wait for work."""
    idle = [readers._idle.get() for _ in range(readers.count)]
    for worker in reversed(idle):
        readers._idle.put(worker)
    return {worker.pid for worker in idle if worker}


def test_a_mail_is_read_as_in_the_same_process(readers, reader) -> None:
    raw = mail("My parcel is late.")
    assert readers.read(raw, HINTS).message == reader.read(raw, HINTS).message


def test_a_mail_of_twenty_megabytes_comes_through_whole(readers) -> None:
    found = readers.read(mail("x" * 20_000_000), HINTS)
    assert len(found.message.text) >= 2_000_000


def test_an_unreadable_mail_is_said_to_be_so(readers) -> None:
    with pytest.raises(UnreadableMail, match="empty"):
        readers.read(b"", HINTS)


def test_the_words_of_an_attached_page_are_read(readers) -> None:
    file = Attachment("a.txt", "text/plain", 5, "", False, content="tere päevast".encode())
    assert readers.words_in(file) == "tere päevast"


@dataclass(frozen=True)
class Endless:
    """Hints on which no reader comes to an end."""

    default_language: str = "en"
    known_language: str | None = None

    @property
    def our_addresses(self) -> frozenset[str]:
        while True:
            pass


@dataclass(frozen=True)
class Greedy(Endless):
    """Hints that take all memory there is."""

    @property
    def our_addresses(self) -> frozenset[str]:
        hoard = bytearray(10_000_000)
        while True:
            hoard = hoard + hoard


def test_a_mail_without_end_is_given_up_and_the_next_one_is_read(readers) -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableMail, match=r"more than 2 s \(`reading.seconds`\)"):
        readers.read(mail("hello"), Endless())
    assert time.monotonic() - began < 30
    assert readers.read(mail("hello"), HINTS).reply_text == "hello"


def test_others_are_read_while_one_hangs(readers) -> None:
    def hang() -> None:
        with pytest.raises(UnreadableMail):
            readers.read(mail("hello"), Endless())

    hanging = threading.Thread(target=hang)
    hanging.start()
    for _ in range(20):
        assert readers.read(mail("hello"), HINTS).reply_text == "hello"
    assert hanging.is_alive()
    hanging.join()


def test_a_mail_that_eats_all_memory_is_given_up_and_the_next_one_is_read(readers) -> None:
    with pytest.raises(UnreadableMail, match=r"more memory than `reading.memory`"):
        readers.read(mail("hello"), Greedy())
    assert readers.read(mail("hello"), HINTS).reply_text == "hello"


def test_a_process_that_was_killed_is_replaced_and_the_mail_is_read(readers) -> None:
    readers.read(mail("hello"), HINTS)
    before = processes(readers)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert readers.read(mail("hello"), HINTS).reply_text == "hello"
    assert processes(readers) - before


def test_after_a_great_mail_a_process_gives_its_memory_back(readers) -> None:
    readers.read(mail("hello"), HINTS)
    before = processes(readers)
    readers.read(mail("word " * 5_000_000), HINTS)
    assert before - processes(readers)


def test_a_nursery_that_was_killed_is_begun_again(readers) -> None:
    readers.read(mail("hello"), HINTS)
    for pid in processes(readers):  # one that was killed before is there as long as the nursery is
        os.kill(pid, signal.SIGKILL)
    readers._nursery._process.kill()
    assert readers.read(mail("hello"), HINTS).reply_text == "hello"


def test_the_processes_end_with_the_desk() -> None:
    readers = Readers({}, ("en",), Limits(workers=1))
    readers.read(mail("hello"), HINTS)
    (worker,), nursery = processes(readers), readers._nursery._process
    readers.close()
    assert nursery.returncode == 0
    for _ in range(100):
        if not is_running(worker):
            return
        time.sleep(0.05)
    pytest.fail("the reading process goes on")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def closed_while_reading(text: str, *signals: int) -> tuple[Readers, Future[Reading]]:
    """All are closed while one of them has a mail; the signals are sent to that one before."""
    readers = Readers({}, ("en",), Limits(workers=2))
    readers.read(mail("hello"), HINTS)
    (pid,) = processes(readers)
    for number in signals:
        os.kill(pid, number)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(readers.read, mail(text), HINTS)
        while any(readers._idle.queue):
            time.sleep(0.001)
        readers.close()
    return readers, reading


def test_a_process_that_reads_while_all_are_closed_ends_with_its_mail() -> None:
    readers, reading = closed_while_reading("hello there\n" * 50_000)
    assert reading.result().reply_text.startswith("hello")
    assert not any(readers._idle.queue)


def test_once_all_are_closed_none_is_begun_again() -> None:
    readers, reading = closed_while_reading("hello", signal.SIGSTOP)  # a stopped one is hung up with its nursery
    with pytest.raises(TemporaryError):
        reading.result()
    assert readers._nursery._process is None
