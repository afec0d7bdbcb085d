"""The sets of replies and forwards as one rate each: single rows may fail, the whole may not get worse."""

import pytest

from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from tests.reading.corpus import judge_forward, judge_reply, misses, rows, share


@pytest.mark.parametrize(("name", "least"), [("replies", 0.98), ("replies2", 0.98), ("replies3", 0.97)])
def test_what_is_new_in_a_reply_is_found_and_no_word_of_it_lost(
    reader: Reader, hints: Hints, name: str, least: float
) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows(name)]
    losers = [f"{verdict.row.name}: {' '.join(verdict.lost[:12])}" for verdict in verdicts if verdict.lost]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= least, misses(verdicts)
    assert len(losers) / len(verdicts) < 0.005, "\n".join(losers)


@pytest.mark.parametrize(("name", "least"), [("forwards", 0.97), ("forwards2", 0.97)])
def test_a_forwarded_mail_is_found_with_its_sender(reader: Reader, hints: Hints, name: str, least: float) -> None:
    verdicts = [judge_forward(reader, hints, row) for row in rows(name)]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= least, misses(verdicts)
