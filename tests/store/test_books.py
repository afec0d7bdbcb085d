"""Rule books are kept for good, each text once, with the times in which they were in force and what was refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa

from mailbot.store.database import Database
from mailbot.store.tables import rule_texts
from tests.store.samples import HOUR, NOW, a_case, an_entry

ROUTING = {"rules/routing.yaml": "rules: []\n", "templates/et/answer.md": "Õnn 😀\n"}
EDITED = ROUTING | {"rules/routing.yaml": "rules: [] # edited\n"}


def test_a_book_comes_back_as_it_was_and_each_text_is_kept_once(database: Database) -> None:
    with database.begin() as tx:
        assert tx.books.in_force() is None
        assert tx.books.enter_into_force("aa", ROUTING, author="mari", now=NOW)
        assert tx.books.enter_into_force("bb", EDITED, author=None, now=NOW + HOUR)
        assert (tx.books.files("aa"), tx.books.files("bb"), tx.books.files("cc")) == (ROUTING, EDITED, None)
        assert tx._connection.execute(sa.select(sa.func.count()).select_from(rule_texts)).scalar() == 3


def test_a_book_rules_until_the_next_one_does_and_may_return(database: Database) -> None:
    with database.begin() as tx:
        tx.books.enter_into_force("aa", ROUTING, author="mari", now=NOW)
        assert not tx.books.enter_into_force("aa", ROUTING, author="ana", now=NOW + HOUR)
        tx.books.enter_into_force("bb", EDITED, author=None, now=NOW + 2 * HOUR)
        tx.books.enter_into_force("aa", ROUTING, author="ana", now=NOW + 3 * HOUR)
        terms = [(term.version, term.since, term.until, term.author) for term in tx.books.terms()]
    assert terms == [
        ("aa", NOW + 3 * HOUR, None, "ana"),
        ("bb", NOW + 2 * HOUR, NOW + 3 * HOUR, None),
        ("aa", NOW, NOW + 2 * HOUR, "mari"),
    ]


def test_two_daemons_that_load_one_book_at_once_note_it_once(database: Database) -> None:
    def load(_: int) -> bool:
        with database.begin() as tx:
            return tx.books.enter_into_force("aa", ROUTING, author=None, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(load, range(4))) == [False, False, False, True]
    with database.read() as tx:
        assert len(tx.books.terms()) == 1


def test_cases_are_counted_by_the_book_that_decided_them(database: Database) -> None:
    with database.begin() as tx:
        for version in ("aa", "bb", "bb"):
            tx.cases.record(a_case(tx).id, [replace(an_entry("opened"), rule_book=version), an_entry("rules")])
        assert tx.books.cases_decided() == {"aa": 1, "bb": 2}


def test_a_refused_state_is_noted_once_until_something_else_comes(database: Database) -> None:
    with database.begin() as tx:
        assert not tx.books.over(NOW)
        assert tx.books.refuse("x1", ["a.yaml:1:1: odd"], NOW)
        assert not tx.books.refuse("x1", ["a.yaml:1:1: odd"], NOW + HOUR)
        assert tx.books.refuse("x2", ["a.yaml:2:1: worse", "b.yaml:1:1: odd"], NOW + HOUR)
        refused = tx.books.refused()
        assert refused is not None
        assert (refused.version, refused.problems) == ("x2", ("a.yaml:2:1: worse", "b.yaml:1:1: odd"))
        assert tx.books.over(NOW + 2 * HOUR)
        assert tx.books.refused() is None
        assert tx.books.refuse("x2", ["again"], NOW + 3 * HOUR)


def test_a_desk_tells_with_which_configuration_it_started_last(database: Database) -> None:
    with database.begin() as tx:
        assert tx.books.started_with("/srv/config.yaml") is None
        tx.books.started("/srv/config.yaml", "f0", NOW)
        tx.books.started("/srv/config.yaml", "f1", NOW + HOUR)
        assert tx.books.started_with("/srv/config.yaml") == ("f1", NOW + HOUR)
