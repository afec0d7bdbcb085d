from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.internal_lines import customers_lines_only, fingerprints, of_letters, survivors

CUSTOMER = "The kettle leaks from the bottom.\nI want my money back, order A-10293."
NOTIFICATION = f"""To answer the customer, reply to this mail.

> {CUSTOMER.splitlines()[0]}
> {CUSTOMER.splitlines()[1]}

Severity: high
Suggestion: a refund of at most 50 EUR, your authority allows it
[ref:abcdefghijklmnopqrstuvwxyz]
"""
KNOWN = fingerprints(NOTIFICATION, CUSTOMER)


def test_an_answer_in_the_agents_own_words_is_clean() -> None:
    assert survivors("Dear Kate,\n\nwe send the money back today.\n\nMari", KNOWN) == ()


def test_the_customers_own_words_may_go_back_to_the_customer() -> None:
    assert survivors(f"> {CUSTOMER}\n\nWe are sorry for that.", KNOWN) == ()


@pytest.mark.parametrize(
    "leak",
    [
        "Suggestion: a refund of at most 50 EUR, your authority allows it",
        "> > Suggestion: a refund of at most 50 EUR, your authority allows it",
        "SUGGESTION a refund of\nat most 50 EUR, your\nauthority allows it",
        "| a refund of at most 50 EUR |",
        "Severity: high",
        "* Severity — high",
        "[ref:abcdefghijklmnopqrstuvwxyz]",
    ],
)
def test_an_internal_line_is_known_however_a_client_dresses_it(leak: str) -> None:
    assert survivors(f"We are sorry.\n{leak}\nMari", KNOWN)


def test_of_a_quoted_notification_only_the_customers_lines_stay() -> None:
    text = "\n".join(["> Severity: high", "> > The kettle leaks from the bottom.", "Did you descale it?", "> [ref:x]"])
    assert customers_lines_only(text, CUSTOMER) == "> > The kettle leaks from the bottom.\nDid you descale it?"


def test_a_line_is_known_by_what_earlier_desks_have_kept() -> None:
    assert fingerprints("Severity: high\nSuggestion: a refund of at most 50 EUR", "a refund of at most") == {
        -9211024722153939899,
        -5287764741698839315,
        -2671315218927920674,
        2154438867219901342,
        4960592674246807497,
        5334477145433459458,
    }


@given(st.text())
def test_what_the_customer_wrote_is_never_internal(text: str) -> None:
    assert survivors(text, fingerprints(text, text)) == ()


LINES = st.lists(st.lists(st.sampled_from("abc"), max_size=7).map(" ".join), max_size=5).map("\n".join)


def pieces(text: str) -> set[tuple[str, ...]]:
    """What has a fingerprint, as the module describes it."""
    lines = [tuple(line.lstrip("> ").split()) for line in text.splitlines()]
    words = tuple(chain.from_iterable(lines))
    return {words[n : n + 5] for n in range(len(words) - 4)} | {line for line in lines if 2 <= len(line) < 5}


@given(LINES, LINES, LINES)
def test_what_letters_say_has_one_fingerprint_each_but_for_own_words(above: str, own: str, below: str) -> None:
    quoted = "\n".join(f"> {line}" for line in own.splitlines())
    letters = [f"{above}\n{quoted}\n{below}", f"{below}\n{quoted}", above]
    internal = set().union(*map(pieces, letters)) - pieces(own)
    known = of_letters((letter, own) for letter in letters)
    assert len(known) == len(internal)
    assert all(survivors(" ".join(piece), known) for piece in internal)


@given(st.lists(st.text("abcde", min_size=1, max_size=6), min_size=5, max_size=40), st.integers(0, 30))
def test_any_five_internal_words_in_a_row_are_found(words: list[str], start: int) -> None:
    known = fingerprints("\n".join(words), "")
    run = words[start % (len(words) - 4) :][:5]
    assert survivors("before " + " > ".join(run) + " after", known)
