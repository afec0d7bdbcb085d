"""However often room is asked for, nobody sends beyond the limits that the provider sets."""

import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.letters import LetterKind
from mailbot.settings.config import Limits
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.store.outbox import OutgoingMail
from mailbot.workflows.allowance import Allowance
from tests.desk import MONDAY_NOON, write_config

LETTER = OutgoingMail(
    mailbox="support", kind=LetterKind.ANSWER, case_id=None, message_id="one@acme.example", raw=b"words",
    envelope_sender="support@acme.example", recipient="eva@mail.example", unasked=False, copy_to_sent=False,
)  # fmt: skip
STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 20), st.integers(0, 25)), min_size=1, max_size=25)


@pytest.mark.parametrize("senders", [1, 3])
@settings(max_examples=20, deadline=None)
@given(limit=st.integers(1, 90), steps=STEPS)
def test_no_minute_sees_more_mails_than_its_limit(senders: int, limit: int, steps: list[tuple[int, int, int]]) -> None:
    now, left = MONDAY_NOON, list[datetime]()
    with tempfile.TemporaryDirectory() as folder:
        box = load_config(write_config(Path(folder)), environ={}).mailboxes[0]
        box = replace(box, limits=Limits(per_minute=limit, per_day=10_000))
        database = Database.open(f"sqlite:///{folder}/desk.db")
        rooms = [Allowance(box, "support", alone=senders == 1) for _ in range(senders)]
        for who, most, seconds in steps:
            now += timedelta(seconds=seconds)
            with database.begin() as tx:
                granted = rooms[who % senders].take(tx, most, now)
                ids = [tx.outbox.queue(LETTER, now) for _ in range(granted)]
                tx.outbox.all_sent(dict.fromkeys(ids, "250 taken"), now)
            left += [now] * granted
            assert granted <= most
            assert sum(moment >= now - timedelta(minutes=1) for moment in left) <= limit
        database.close()
