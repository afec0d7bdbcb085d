"""CPU of finding what comes again, beside what is stored: of a mail that is like no other, and of one in a flood.

`python -m bench.recurrence`
"""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.cpu import cpu_of
from mailbot import log
from mailbot.core.case import Case
from mailbot.core.classify import correspondent
from mailbot.core.events import ComplaintArrived, Received
from mailbot.core.message import Address
from mailbot.core.situation import Situation
from mailbot.reading.hints import Hints
from mailbot.reading.sketch import sketch_of
from mailbot.store.clues import of_wording
from mailbot.store.database import Database, Transaction
from mailbot.workflows import gather
from mailbot.workflows.recurring import keep_marks, recurrence
from tests.desk import MONDAY_NOON, DeskDriver, mail

_STORED = (100, 20_000)
_FLOOD = 200
_ROUNDS = 60
_SYLLABLES = ("ka", "lo", "mi", "ne", "ru", "ta", "vo", "si")
_FLOODED = "The page says out for delivery since Monday, nobody answers the phone, please tell me where my parcel is"


def main() -> None:
    """Print the figures; medians of milliseconds."""
    log.configure("error")
    print(f"{'cases stored, CPU ms a mail':<30}{'like none':>12}{'in a flood':>12}{'whole mail':>12}")
    for stored in _STORED:
        with tempfile.TemporaryDirectory(prefix="bench-recurrence-") as name:
            desk = DeskDriver.open(Path(name), Database.open(f"sqlite:///{name}/mailbot.db"))
            _fill(desk, stored)
            whole = [_arrival(desk, _words(stored + n), n) for n in range(20)]
            alone = [_cost(desk, _words(2 * stored + n), n) for n in range(_ROUNDS)]
            flooded = [_cost(desk, _FLOODED, n) for n in range(_ROUNDS)]
            print(f"{stored:<30}" + "".join(f"{median(x) * 1000:>12.2f}" for x in (alone, flooded, whole)))
            desk.runtime.database.close()


def _arrival(desk: DeskDriver, text: str, number: int) -> float:
    return cpu_of(lambda: desk.arrive(_mail(text, number)))


def _fill(desk: DeskDriver, stored: int) -> None:
    desk.arrive(_mail(_FLOODED, 0))
    like = desk.cases()[0]
    with desk.runtime.database.begin() as tx:
        for number in range(stored):
            _keep(tx, like, number, _FLOODED if number >= stored - _FLOOD else _words(number))


def _keep(tx: Transaction, like: Case, number: int, text: str) -> None:
    id, sketch, at = tx.cases.new_id(), sketch_of(text), MONDAY_NOON - timedelta(minutes=number % 40_000)
    customer = Address("", f"customer{number}@mail.example")
    tx.cases.save(replace(like, id=id, number=f"B-{id}", token=f"token{id}", customer=customer))
    tx.clues.add(id, dict.fromkeys(of_wording(sketch.bands)), at)
    tx.clues.add_wording(id, sketch, at)


def _cost(desk: DeskDriver, text: str, number: int) -> float:
    runtime = desk.runtime
    reading = runtime.behaviour.readers.read(_mail(text, number), Hints(default_language="en"))
    sender = correspondent(reading)
    received = Received(reading=reading, sender=sender, mailbox="support", received_at=desk.now, authenticated=False)
    event = ComplaintArrived(received)
    with runtime.database.begin() as tx:
        situation = gather.situation(tx, runtime, None, customer_key=sender.key, now=desk.now)
        name = f"fresh{number}{text[:9]}"
        fresh = replace(tx.cases.find(limit=1)[0], id=tx.cases.new_id(), token=name, number=name)
        tx.cases.save(fresh)
        return cpu_of(lambda: _whole(tx, event, situation, fresh))


def _whole(tx: Transaction, event: ComplaintArrived, situation: Situation, fresh: Case) -> None:
    keep_marks(tx, fresh, replace(situation, recurrence=recurrence(tx, event, situation)))


def _words(number: int) -> str:
    """Forty words that no other number has in this order."""
    state = number * 2654435761 % 2**32 + 1
    words = []
    for _ in range(40):
        state = state * 1103515245 % 2**31 + 12345
        words.append(_SYLLABLES[state // 7 % 8] + _SYLLABLES[state // 64 % 8] + _SYLLABLES[state // 999 % 8])
    return " ".join(words)


def _mail(text: str, number: int) -> bytes:
    sender = f"Somebody <someone{number}@mail.example>"
    id = f"<{number}{text[:6]}@mail.example>"
    return mail(text, from_=sender, to="support@acme.example", subject="Where is it", message_id=id)


if __name__ == "__main__":
    main()
