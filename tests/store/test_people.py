"""Languages, tokens and held mail."""

import pytest

from mailbot.core.message import Address
from mailbot.store.database import Database, Transaction
from mailbot.store.people import Held, Issued
from tests.store.samples import ANNA, HOUR, MARI, NOW, a_case, a_mail


def test_the_last_language_counts(database: Database) -> None:
    with database.begin() as tx:
        assert tx.people.language(ANNA.key) is None
        tx.people.remember(ANNA, "en", NOW)
        tx.people.remember(Address("", "ANNA@KASK.example"), "et", NOW + HOUR)
        assert tx.people.language(ANNA.key) == "et"


def test_mail_to_an_address_comes_back_until_it_is_old_news_or_the_address_is_proven(database: Database) -> None:
    with database.begin() as tx:
        assert tx.people.unreachable(ANNA.key, NOW) is None
        tx.people.not_reached(ANNA.key, "5.0.0", NOW - HOUR)
        tx.people.not_reached(ANNA.key, "5.1.1", NOW)
        assert tx.people.unreachable(ANNA.key, NOW) == "5.1.1"
        assert tx.people.unreachable(ANNA.key, NOW + HOUR) is None
        tx.people.reached(ANNA.key)
        assert tx.people.unreachable(ANNA.key, NOW) is None


def test_a_member_has_one_token_for_a_case_until_it_is_revoked(database: Database) -> None:
    with database.begin() as tx:
        case, other = a_case(tx), a_case(tx)
        tx.people.issue("t1", case_id=case.id, member=MARI, now=NOW)
        assert tx.people.token_for(case.id, MARI) == "t1"
        assert tx.people.token_for(other.id, MARI) is None
        assert tx.people.token_for(case.id, "ana@acme.example") is None
        assert tx.people.bearer("t1") == Issued("t1", case.id, MARI, revoked=False)
        tx.people.revoke("t1")
        assert tx.people.bearer("t1") == Issued("t1", case.id, MARI, revoked=True)
        assert tx.people.token_for(case.id, MARI) is None
        tx.people.issue("t2", case_id=case.id, member=MARI, now=NOW + HOUR)
        assert tx.people.token_for(case.id, MARI) == "t2"
        assert tx.people.bearer("t3") is None


def test_a_held_mail_is_released_exactly_once(database: Database) -> None:
    with database.begin() as tx:
        mail = a_mail(tx)
        tx.people.hold(token="t", ledger_id=mail, case_id=None, member=MARI, reason="no token", now=NOW)
        held = Held(
            token="t", ledger_id=mail, case_id=None, member=MARI, reason="no token", held_at=NOW, released_at=None
        )
        assert tx.people.held("t") == held
        assert tx.people.all_held() == (held,)
        assert tx.people.release("t", NOW + HOUR)
    with database.begin() as tx:
        assert not tx.people.release("t", NOW + HOUR)
        assert not tx.people.release("unknown", NOW)
        assert tx.people.all_held() == ()
        released = tx.people.held("t")
        assert released
        assert released.released_at == NOW + HOUR


def _reach_in_vain(tx: Transaction) -> None:
    with tx.savepoint():
        tx.people.reached(ANNA.key)
        assert tx.people.unreachable(ANNA.key, NOW) is None
        raise ZeroDivisionError


def test_what_a_savepoint_undoes_is_known_no_longer(database: Database) -> None:
    with database.begin() as tx:
        tx.people.not_reached(ANNA.key, "5.1.1", NOW)
        with pytest.raises(ZeroDivisionError):
            _reach_in_vain(tx)
        assert tx.people.unreachable(ANNA.key, NOW) == "5.1.1"
