"""The same customer again and the same from many: what agents and leads are shown of it, and what rules may ask."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailbot.core import actions as a
from mailbot.core.case import Case
from mailbot.core.letters import LetterKind
from mailbot.core.rules.recorded import from_json
from mailbot.core.rules.timing import Occasions
from mailbot.reading.sketch import sketch_of
from mailbot.store.clues import Found
from mailbot.store.database import Database
from mailbot.workflows.repair import repaired_by_hand
from tests.desk import ROOT, DeskDriver, Sent, write_config
from tests.security.play import DMARC_PASS, EVE, KATE, MARI, Play

MAILS: Mapping[str, Mapping[str, list[str]]] = yaml.load(
    (ROOT / "tests/core/resemblance.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
ALIKE, OTHERS = MAILS["en"]["alike"], MAILS["en"]["others"]
ANA = "ana@acme.example"
DAY = timedelta(days=1)
LANGUAGES = ("en", "et", "sl", "ru", "fa")
WORDS = [
    yaml.load((ROOT / f"templates/{language}/words.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    for language in LANGUAGES
]
SENTENCES = [(ROOT / f"templates/{language}/_recurrence.md").read_text("utf-8") for language in LANGUAGES]
AGAIN = tuple(sentence.partition("**")[2].partition("**")[0] for sentence in SENTENCES)
CLUSTER = {kind: tuple(words["cluster"][kind] for words in WORDS) for kind in ("wording", "order", "product")}
TOLD = {kind: tuple(words["notice"][f"cluster_{kind}"] for words in WORDS) for kind in CLUSTER}


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Iterator[Play]:
    play = Play(DeskDriver.open(tmp_path, database))
    yield play
    play.check_secrets()


def person(number: int) -> str:
    return f"Customer {number} <customer{number}@mail.example>"


def flagged(play: Play, sentences: tuple[str, ...]) -> bool:
    """Whether the notification of the newest case says so, in the language of its reader."""
    return any(sentence in told(play) for sentence in sentences)


def told(play: Play) -> str:
    """That notification in one line."""
    number = play.desk.cases()[-1].number
    mails = [sent for sent in play.mails(LetterKind.NOTIFICATION) if number in str(sent.mail["Subject"])]
    return " ".join(mails[0].text.split())


def notices(play: Play, kind: str) -> list[Sent]:
    """What the leads were told of clusters of this kind."""
    mails = play.mails(LetterKind.NOTICE)
    return [sent for sent in mails if any(sentence in " ".join(sent.text.split()) for sentence in TOLD[kind])]


def noted(play: Play, case: Case) -> Mapping[str, Any]:
    with play.desk.runtime.database.read() as tx:
        return tx.cases.last_data(case.id, "recurrence")


def fact(play: Play, case: Case, name: str) -> Occasions | None:
    """What rules were told in this case, as the timeline has it."""
    with play.desk.runtime.database.read() as tx:
        record: Any = tx.cases.last_data(case.id, "rules")["facts"]
    found = from_json(record, play.desk.runtime.desk.calendar).get(name)
    assert found is None or isinstance(found, Occasions)
    return found


def count(play: Play, case: Case, name: str) -> int | None:
    found = fact(play, case, name)
    return None if found is None else found.count()


# The same customer again


def test_a_first_complaint_is_not_flagged(play: Play) -> None:
    play.complain(OTHERS[0])
    assert not flagged(play, AGAIN)
    assert noted(play, play.desk.cases()[0]) == {}


def test_a_second_complaint_from_the_same_address_is_flagged_with_what_was_granted(play: Play) -> None:
    play.complain(OTHERS[0])
    play.answer("#offer voucher 15 EUR\n\nI am sorry.")
    play.desk.wait(DAY)
    play.complain(OTHERS[4])
    assert flagged(play, AGAIN)
    assert "15,00 €" in told(play) or "€15.00" in told(play)
    assert noted(play, play.desk.cases()[1])["granted"] == ["15.00 EUR"]


def test_every_later_notification_of_the_case_flags_it_and_none_of_the_first_case(play: Play) -> None:
    play.complain(OTHERS[0])
    play.desk.wait(DAY)
    play.complain(OTHERS[4])
    for case in play.desk.cases():
        acknowledged = next(m for m in play.mails(LetterKind.ACKNOWLEDGEMENT) if case.number in str(m.mail["Subject"]))
        play.write("Is there any news?", **play.thread(acknowledged))
    first, second = (
        [m for m in play.mails(LetterKind.NOTIFICATION) if case.number in str(m.mail["Subject"])]
        for case in play.desk.cases()
    )
    assert len(second) == 4, "two members, two mails"
    assert all(any(sentence in " ".join(one.text.split()) for sentence in AGAIN) for one in second)
    assert not any(sentence in " ".join(one.text.split()) for one in first for sentence in AGAIN)


def test_sums_in_several_currencies_are_not_added_up(play: Play) -> None:
    play.complain(OTHERS[0])
    play.answer("#offer voucher 15 EUR\n\nI am sorry.")
    play.answer("#offer voucher 5 USD\n\nI am sorry.")
    play.complain(OTHERS[4])
    assert noted(play, play.desk.cases()[1])["granted"] in (["15.00 EUR"], ["15.00 EUR", "5.00 USD"])


def test_after_the_time_of_the_file_it_is_history_and_no_flag(play: Play) -> None:
    play.complain(OTHERS[0])
    play.desk.wait(91 * DAY)
    play.complain(OTHERS[4])
    assert not flagged(play, AGAIN)
    assert play.desk.cases()[0].number in told(play)


def test_an_address_that_an_agent_let_in_is_the_same_customer(play: Play) -> None:
    play.complain(OTHERS[0])
    play.answer("#add kate@work.example")
    play.complain(OTHERS[4], by="Kate Bell <kate@work.example>")
    assert flagged(play, AGAIN)
    assert flagged(play, tuple(words["sign"]["joined"] for words in WORDS))
    assert noted(play, play.desk.cases()[1])["past"] == {play.desk.cases()[0].number: "joined"}
    assert count(play, play.desk.cases()[1], "customer.complaints") == 1


def test_addresses_of_merged_cases_are_the_same_customer(play: Play) -> None:
    play.complain(OTHERS[0])
    play.complain(OTHERS[1], by="Kate Bell <kate@work.example>")
    merge(play, 1, into=0)
    play.complain(OTHERS[4], by="Kate Bell <kate@work.example>")
    assert noted(play, play.desk.cases()[2])["past"] == {play.desk.cases()[0].number: "joined"}


def test_whoever_only_names_a_stranger_in_reply_to_is_not_that_stranger(play: Play) -> None:
    play.complain(OTHERS[0], by=EVE, reply_to=KATE)
    play.complain(OTHERS[4])
    assert count(play, play.desk.cases()[1], "customer.cases") == 0
    assert "past" not in noted(play, play.desk.cases()[1])


@pytest.mark.parametrize(
    ("first", "second", "sign"),
    [
        ("My order A-10293 came too late.", "Order a10293 again: nobody has answered me at all.", "order"),
        ("It is broken, call me: +372 5555 0123", "Still broken. My number is 00372 55550123.", "phone"),
    ],
)
def test_the_same_number_from_another_address_is_the_same_customer(
    play: Play, first: str, second: str, sign: str
) -> None:
    play.complain(first)
    play.complain(second, by=person(1))
    assert flagged(play, AGAIN)
    assert noted(play, play.desk.cases()[1])["past"] == {play.desk.cases()[0].number: sign}


def test_a_phone_number_that_many_people_write_is_nobodys(play: Play) -> None:
    for number in range(5):
        play.complain(f"{OTHERS[number]} I rang you at +372 600 1000, case {number}.", by=person(number))
    assert "past" not in noted(play, play.desk.cases()[-1])


def test_other_customers_cases_are_not_the_customers(play: Play) -> None:
    play.complain(OTHERS[0])
    play.complain(OTHERS[4], by=person(1))
    assert not flagged(play, AGAIN)
    assert count(play, play.desk.cases()[1], "customer.cases") == 0


# The same from many


@pytest.mark.parametrize("language", MAILS)
def test_much_the_same_from_others_is_flagged_in_every_language(play: Play, language: str) -> None:
    for number, text in enumerate(MAILS[language]["alike"]):
        play.complain(text, by=person(number))
    *earlier, last = play.desk.cases()
    assert noted(play, last)["wording"] == [case.number for case in reversed(earlier)]
    assert flagged(play, tuple(f"{sentence}: 3" for sentence in CLUSTER["wording"]))
    assert count(play, last, "similar.cases") == 3
    assert not notices(play, "wording")


@pytest.mark.parametrize("language", MAILS)
def test_the_same_trouble_in_other_words_is_no_cluster(play: Play, language: str) -> None:
    for number, text in enumerate((*MAILS[language]["others"], MAILS[language]["alike"][0])):
        play.complain(text, by=person(number))
    assert all("wording" not in noted(play, case) for case in play.desk.cases())


def test_the_fifth_of_a_kind_is_told_to_the_leads_with_all_numbers(play: Play) -> None:
    for number in range(5):
        play.complain(ALIKE[number % 4], by=person(number))
    (notice,) = notices(play, "wording")
    assert notice.row.recipient == ANA
    assert all(case.number in notice.text for case in play.desk.cases())


def test_a_flood_is_told_once_and_once_more_when_it_goes_on(play: Play) -> None:
    for number in range(12):
        play.complain(ALIKE[number % 4], by=person(number))
    assert len(notices(play, "wording")) == 1
    for number in range(12, 19):
        play.desk.wait(12 * timedelta(hours=1))
        play.complain(ALIKE[number % 4], by=person(number))
    assert len(notices(play, "wording")) == 2


def test_one_customer_who_writes_the_same_again_and_again_is_no_cluster(play: Play) -> None:
    for _ in range(6):
        play.complain(ALIKE[0])
    assert not notices(play, "wording")
    assert count(play, play.desk.cases()[-1], "similar.cases") == 0


def test_what_is_older_than_the_time_of_the_file_does_not_count(play: Play) -> None:
    for number in range(4):
        play.complain(ALIKE[number], by=person(number))
    play.desk.wait(4 * DAY)
    play.complain(ALIKE[0], by=person(4))
    assert not flagged(play, CLUSTER["wording"])
    assert not notices(play, "wording")


def test_a_clock_that_jumps_back_or_far_ahead_tells_nobody_twice_and_breaks_nothing(play: Play) -> None:
    for number in range(5):
        play.complain(ALIKE[number % 4], by=person(number))
    play.desk.wait(-timedelta(hours=1))
    play.complain(ALIKE[0], by=person(5))
    assert len(notices(play, "wording")) == 1
    play.desk.now += 366 * DAY
    play.complain(ALIKE[1], by=person(6))
    assert not flagged(play, CLUSTER["wording"])
    with play.desk.runtime.database.read() as tx:
        found = tx.clues.find({"order nothing": play.desk.now}, ["nothing"], play.desk.now - 999 * DAY)
    assert found == {"order nothing": (), "wording": ()}


def test_wordings_are_forgotten_after_their_time(play: Play) -> None:
    play.complain(ALIKE[0], by=person(0))
    play.desk.now += 61 * DAY
    play.complain(ALIKE[1], by=person(1))
    assert remembered(play) == [play.desk.cases()[1].id]


def remembered(play: Play) -> list[int]:
    with play.desk.runtime.database.read() as tx:
        found = tx.clues.find({}, sketch_of(ALIKE[0]).bands, play.desk.now - 999 * DAY)
        kept = tx.clues.wordings(found["wording"])
    return [one.case_id for one in kept]


def test_what_a_member_logs_is_compared_by_the_customers_words_alone(play: Play) -> None:
    play.complain(ALIKE[0], by=person(0))
    log(play, ALIKE[1])
    first, second = play.desk.cases()
    assert noted(play, second)["wording"] == [first.number]
    assert wording(play, second) == sketch_of(ALIKE[1]).pairs


def test_what_a_member_logged_is_compared_by_the_same_words_when_it_is_split_off(play: Play) -> None:
    play.complain(OTHERS[0], by=person(0))
    log(play, ALIKE[1])
    merge(play, 1, into=0)
    about_it = play.mails(LetterKind.NOTIFICATION, "mari@acme.example")[-1]
    play.write("#split", by=MARI, **play.thread(about_it))
    assert wording(play, play.desk.cases()[2]) == sketch_of(ALIKE[1]).pairs


def log(play: Play, words: str) -> None:
    """A member writes down what a customer has said on the phone."""
    logged = f"#log phone customer1@mail.example\n\n{words}"
    play.write(logged, by=MARI, subject="A call", authentication_results=DMARC_PASS)


def wording(play: Play, case: Case) -> frozenset[int]:
    with play.desk.runtime.database.read() as tx:
        (kept,) = tx.clues.wordings([Found(case.id, play.desk.now, None)]).values()
    return kept


def test_merged_cases_count_once(play: Play) -> None:
    for number in range(3):
        play.complain(ALIKE[number], by=person(number))
    merge(play, 1, into=0)
    play.complain(ALIKE[3], by=person(3))
    first, _, third, last = play.desk.cases()
    assert noted(play, last)["wording"] == [third.number, first.number]
    assert count(play, last, "similar.cases") == 2


def test_an_order_that_several_customers_name_is_flagged_and_told(play: Play) -> None:
    for number in range(3):
        play.complain(f"{OTHERS[number + 1]} It is about order A-5512.", by=person(number))
    assert flagged(play, tuple(f"{sentence}: 2" for sentence in CLUSTER["order"]))
    assert count(play, play.desk.cases()[2], "order.cases") == 2
    assert len(notices(play, "order")) == 1
    play.complain(f"{OTHERS[4]} It is about order A-5512.", by=person(3))
    assert len(notices(play, "order")) == 1


def test_an_order_that_becomes_known_later_counts(play: Play) -> None:
    play.complain(OTHERS[1], by=person(0))
    case = play.desk.cases()[0]
    with play.desk.runtime.database.begin() as tx:
        tx.cases.save(replace(case, order_number="A-5512"))
    play.write(
        "It is A-5512.",
        by=person(0),
        **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]),
    )
    play.complain(f"{OTHERS[2]} It is about order A-5512.", by=person(1))
    assert noted(play, play.desk.cases()[1])["order"] == [case.number]


def test_a_reply_names_no_cases_of_its_own(play: Play) -> None:
    play.complain(ALIKE[0], by=person(0))
    play.write("Thank you, I wait.", by=person(0), **play.thread(play.mails(LetterKind.ACKNOWLEDGEMENT)[0]))
    assert len(play.desk.cases()) == 1
    assert not flagged(play, CLUSTER["wording"])


def test_a_product_that_many_complain_about_is_flagged_and_told(tmp_path: Path, database: Database) -> None:
    numbers = [f"A-55{number}0" for number in range(5)]
    (tmp_path / "orders.csv").write_text("number;product\n" + "".join(f"{number};Kettle\n" for number in numbers))
    path = write_config(tmp_path)
    lookups = "lookups: {order: {csv: orders.csv, key: number, columns: {product: text}}}\n"
    path.write_text(path.read_text().replace("team:\n", f"{lookups}team:\n", 1))
    play = Play(DeskDriver.open(tmp_path, database, path))
    for number, order in enumerate(numbers):
        play.complain(f"The kettle of order {order} is broken. I want my money back.", by=person(number))
        assert flagged(play, CLUSTER["product"]) == (number >= 2)
    assert len(notices(play, "product")) == 1


def test_customers_hear_nothing_of_it(play: Play) -> None:
    for number in range(6):
        play.complain(f"{ALIKE[number % 4]} order A-1", by=person(number))
    numbers = [case.number for case in play.desk.cases()]
    for sent in play.to_outsiders():
        assert sum(number in sent.text for number in numbers) <= 1
        assert not any(sentence in sent.text for sentence in (*AGAIN, *CLUSTER["wording"], *CLUSTER["order"]))


def merge(play: Play, source: int, *, into: int) -> None:
    cases = play.desk.cases()
    with play.desk.runtime.database.begin() as tx:
        order = a.Merge(into=cases[into], by="admin")
        repaired_by_hand(tx, play.desk.runtime, cases[source], order, play.desk.now)
    play.sent += play.desk.sent()
