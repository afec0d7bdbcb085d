"""A mail is known to belong to a case by the Message-IDs that it bears or answers."""

from mailbot.store.database import Database
from mailbot.store.message_ids import KnownId
from tests.store.samples import ANNA, MARI, a_case


def test_ids_are_given_in_the_order_they_were_asked_for(database: Database) -> None:
    with database.begin() as tx:
        one, two = a_case(tx).id, a_case(tx).id
        known = [KnownId("a@x", one, written_by=ANNA.key), KnownId("b@x", one, written_by=ANNA.key)]
        tx.message_ids.remember([*known, known[0], KnownId("c@us", two, issued=True, member=MARI)])
        tx.message_ids.remember([KnownId("a@x", two)])
        tx.message_ids.remember([])
        assert tx.message_ids.known(["c@us", "never seen", "a@x", "a@x"]) == (
            KnownId("c@us", two, issued=True, member=MARI),
            KnownId("a@x", one, written_by=ANNA.key),
            KnownId("a@x", two),
        )


def test_an_id_of_ours_stays_ours_whoever_mentions_it(database: Database) -> None:
    with database.begin() as tx:
        ours = KnownId("ours@us", a_case(tx).id, issued=True, member=MARI)
        for known in (ours, KnownId(ours.message_id, ours.case_id, written_by="mallory@evil.example")):
            tx.message_ids.remember([known])
        assert tx.message_ids.known(["ours@us"]) == (ours,)


def test_an_id_that_proves_to_be_ours_becomes_ours(database: Database) -> None:
    with database.begin() as tx:
        theirs = KnownId("relay@x", a_case(tx).id, written_by=ANNA.key)
        ours = KnownId("relay@x", theirs.case_id, issued=True)
        for known in (theirs, ours):
            tx.message_ids.remember([known])
        assert tx.message_ids.known(["relay@x"]) == (ours,)


def test_a_mail_is_awaited_from_its_first_answer_until_it_comes(database: Database) -> None:
    with database.begin() as tx:
        answered = KnownId("first@x", a_case(tx).id)
        come = KnownId("first@x", answered.case_id, written_by=ANNA.key)
        for known, then in ((answered, answered), (come, come), (answered, come)):
            tx.message_ids.remember([known])
            assert tx.message_ids.known(["first@x"]) == (then,)
    assert answered.is_awaited
    assert not come.is_awaited


def test_a_mail_with_very_many_or_very_long_references_is_looked_up(database: Database) -> None:
    long = "x" * 100_000
    with database.begin() as tx:
        case = a_case(tx)
        tx.message_ids.remember([KnownId("1@x", case.id), KnownId(long, case.id)])
        found = tx.message_ids.known([f"{n}@x" for n in range(40_000)] + [long])
    assert [known.message_id for known in found] == ["1@x", long]
