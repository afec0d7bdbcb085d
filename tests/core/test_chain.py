"""Whatever one thing is changed in a chained timeline is found; what was erased is no change."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core import chain

_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_WORDS = st.text(max_size=20)
_ENTRIES = st.lists(st.tuples(_WORDS, _WORDS, st.dictionaries(_WORDS, _WORDS, max_size=2)), min_size=2, max_size=6)
_CHANGED = ("facts", "payload", "salt", "payload_hash", "chain_hash")
_TRIES = settings(max_examples=150, deadline=None, derandomize=True)


def _chained(entries: list[tuple[str, str, dict[str, str]]]) -> tuple[list[chain.Link], chain.Head]:
    head, links = chain.Head(), []
    for event, detail, data in entries:
        facts = chain.facts(1, head.length + 1, event=event, at=_AT, rule=None, rule_book="book")
        payload = chain.payload(by="Kate", detail=detail, data=data)
        links.append(chain.link(head, facts, payload, f"{head.length + 17:032x}"))
        head = chain.Head(links[-1].position, links[-1].chain_hash)
    return links, head


def _erased(link: chain.Link) -> chain.Link:
    return replace(link, salt=None, payload=chain.NOTHING)


def _gaps(links: list[chain.Link], head: chain.Head) -> list[str]:
    return list(chain.gaps(links, head))


@_TRIES
@given(_ENTRIES, st.sets(st.integers(0, 5)))
def test_a_chain_is_whole_with_and_without_what_was_erased(
    entries: list[tuple[str, str, dict[str, str]]], gone: set[int]
) -> None:
    links, head = _chained(entries)
    assert _gaps([_erased(link) if n in gone else link for n, link in enumerate(links)], head) == []


@_TRIES
@given(_ENTRIES, st.data())
def test_an_entry_that_was_altered_is_named(
    entries: list[tuple[str, str, dict[str, str]]], data: st.DataObject
) -> None:
    links, head = _chained(entries)
    at, field = data.draw(st.integers(0, len(links) - 1)), data.draw(st.sampled_from(_CHANGED))
    old = getattr(links[at], field)
    new = old[:-1] + ("0" if old[-1] != "0" else "1")
    links[at] = replace(links[at], **{field: new})
    (gap,) = _gaps(links, head)
    assert f"entry {at + 1} " in gap


@_TRIES
@given(_ENTRIES, st.data())
def test_an_entry_that_was_taken_away_is_missed(
    entries: list[tuple[str, str, dict[str, str]]], data: st.DataObject
) -> None:
    links, head = _chained(entries)
    del links[data.draw(st.integers(0, len(links) - 1))]
    assert _gaps(links, head)
    renumbered = [replace(link, position=number) for number, link in enumerate(links, 1)]
    assert _gaps(renumbered, head)


@_TRIES
@given(_ENTRIES, st.data())
def test_entries_that_changed_places_are_found(
    entries: list[tuple[str, str, dict[str, str]]], data: st.DataObject
) -> None:
    links, head = _chained(entries)
    one, other = data.draw(st.lists(st.integers(0, len(links) - 1), min_size=2, max_size=2, unique=True))
    links[one], links[other] = links[other], links[one]
    assert _gaps([replace(link, position=number) for number, link in enumerate(links, 1)], head)


@_TRIES
@given(_ENTRIES, st.data())
def test_an_entry_that_was_slipped_in_is_found(
    entries: list[tuple[str, str, dict[str, str]]], data: st.DataObject
) -> None:
    links, head = _chained(entries)
    at = data.draw(st.integers(0, len(links)))
    before = chain.Head(at, links[at - 1].chain_hash if at else chain.START)
    forged = chain.facts(1, at + 1, event="note", at=_AT, rule=None, rule_book="book")
    links.insert(at, chain.link(before, forged, chain.payload(by="Eve", detail="", data={}), "0" * 32))
    assert _gaps([replace(link, position=number) for number, link in enumerate(links, 1)], head)


def test_the_last_entries_cut_off_are_missed() -> None:
    links, head = _chained([("opened", "", {}), ("note", "x", {}), ("closed", "", {})])
    assert _gaps(links[:1], head) == ["ends with entry 1, but 3 were written"]
    assert _gaps([], head) == ["ends with entry 0, but 3 were written"]


def test_an_erased_entry_that_says_something_is_found() -> None:
    links, head = _chained([("opened", "all was well", {})])
    assert _gaps([replace(links[0], salt=None)], head) == ["entry 1 says something, though it counts as erased"]
