"""Lists in files: what is in them, and how fast that is found."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.rules.listing import Listing, UnusableEntry

PARTNERS = Listing.parse(
    "lists/partners.txt",
    "# our partners\n\npartner.example   # since 2020\n*.gov.example\nK-77*\n  Grüße.EXAMPLE  \nA#1\n",
)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("partner.example", True),
        ("PARTNER.example", True),
        ("mail.partner.example", False),
        ("tax.gov.example", True),
        ("gov.example", False),
        ("k-7712", True),
        ("K-77", True),
        ("K-7", False),
        ("grüße.example", True),
        ("gru\u0308ße.example", True),
        ("a#1", True),
        ("# our partners", False),
        ("", False),
        (77, None),
    ],
)
def test_an_entry_is_found_as_a_whole_by_its_beginning_or_its_end(text: object, inside: bool | None) -> None:
    assert PARTNERS.covers(text) is inside


def test_an_empty_list_has_nothing_in_it() -> None:
    assert Listing.parse("l", "# nothing yet\n").covers("a") is False


@pytest.mark.parametrize(("entry", "line"), [("*", 1), ("a\n*a*", 2), ("a\nb\nc*d", 3), ("**", 1)])
def test_an_entry_that_says_nothing_certain_is_refused_with_its_line(entry: str, line: int) -> None:
    with pytest.raises(UnusableEntry, match="a \\* at one end at most") as caught:
        Listing.parse("l", entry)
    assert caught.value.line == line


ENTRIES = st.lists(st.from_regex(r"[ab]{1,4}", fullmatch=True), min_size=1, max_size=8)


@given(ENTRIES, ENTRIES, ENTRIES, st.from_regex(r"[abAB]{0,6}", fullmatch=True))
def test_what_is_in_a_list_is_what_looking_at_every_entry_says(
    whole: list[str], beginnings: list[str], ends: list[str], text: str
) -> None:
    listing = Listing.parse("l", "\n".join([*whole, *(f"{b}*" for b in beginnings), *(f"*{e}" for e in ends)]))
    low = text.lower()
    expected = low in whole or any(map(low.startswith, beginnings)) or any(map(low.endswith, ends))
    assert listing.covers(text) is expected


def test_a_hundred_thousand_entries_cost_no_more_than_ten() -> None:
    few, many = (
        Listing.parse("l", "\n".join(f"K-{n}{'*' * (n % 3 == 0)}" for n in range(size))) for size in (10, 100_000)
    )
    assert many.size == 100_000
    costs = []
    for listing in (few, many):
        started = time.process_time()
        for _ in range(20_000):
            listing.covers("X-12345")
        costs.append(time.process_time() - started)
    assert costs[1] < 10 * costs[0] + 0.1
