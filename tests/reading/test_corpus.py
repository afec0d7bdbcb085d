"""The corpus of replies and forwards as one rate a set: single rows may fail, the whole may not get worse."""

from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from tests.reading.corpus import judge_forward, judge_reply, misses, rows, share


def test_what_is_new_in_a_reply_is_found(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows("replies")]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= 0.88, misses(verdicts)


def test_no_word_of_the_sender_is_lost_with_the_quote(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows("replies")]
    losers = [f"{verdict.row.name}: {' '.join(verdict.lost[:12])}" for verdict in verdicts if verdict.lost]

    assert len(losers) / len(verdicts) < 0.01, "\n".join(losers)


def test_what_is_new_in_a_reply_of_any_client_is_found(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows("replies2")]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= 0.85, misses(verdicts)


def test_no_word_of_the_sender_is_lost_with_what_a_client_adds(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows("replies2")]
    losers = [f"{verdict.row.name}: {' '.join(verdict.lost[:12])}" for verdict in verdicts if verdict.lost]

    assert len(losers) / len(verdicts) < 0.01, "\n".join(losers)


def test_what_is_new_in_a_reply_to_people_and_lists_is_found(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows("replies3")]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= 0.85, misses(verdicts)


def test_no_word_of_the_sender_is_lost_with_what_a_list_adds(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_reply(reader, hints, row) for row in rows("replies3")]
    losers = [f"{verdict.row.name}: {' '.join(verdict.lost[:12])}" for verdict in verdicts if verdict.lost]

    assert len(losers) / len(verdicts) < 0.01, "\n".join(losers)


def test_a_forwarded_mail_is_found_with_its_sender(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_forward(reader, hints, row) for row in rows("forwards")]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= 0.90, misses(verdicts)


def test_a_mail_forwarded_by_any_client_is_found_with_its_sender(reader: Reader, hints: Hints) -> None:
    verdicts = [judge_forward(reader, hints, row) for row in rows("forwards2")]

    assert share(verdicts, (verdict.exact for verdict in verdicts)) >= 0.88, misses(verdicts)
