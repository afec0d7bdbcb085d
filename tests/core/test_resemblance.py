"""Which texts say much the same: in five languages, and never those that are only about the same."""

from collections.abc import Mapping
from itertools import combinations, product
from pathlib import Path
from struct import pack

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.resemblance import ALIKE, likeness
from mailbot.reading.sketch import sketch_of

MAILS: Mapping[str, Mapping[str, list[str]]] = yaml.load(
    Path(__file__).with_name("resemblance.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
EVERY_LANGUAGE = pytest.mark.parametrize("language", MAILS)
TEXTS = st.lists(st.sampled_from(["late", "lost", "parcel", "order", "where", "is", "my", "money"]), max_size=60)


def alike(one: str, other: str) -> float:
    return likeness(sketch_of(one).pairs, sketch_of(other).pairs)


@EVERY_LANGUAGE
def test_the_same_with_other_names_numbers_and_days_is_alike(language: str) -> None:
    for one, other in combinations(MAILS[language]["alike"], 2):
        assert alike(one, other) >= ALIKE, (one, other)


@EVERY_LANGUAGE
def test_such_texts_share_a_band_by_which_they_are_found(language: str) -> None:
    for one, other in combinations(MAILS[language]["alike"], 2):
        assert set(sketch_of(one).bands) & set(sketch_of(other).bands), (one, other)


@EVERY_LANGUAGE
def test_the_same_trouble_in_other_words_is_not_alike(language: str) -> None:
    mails = MAILS[language]
    for one, other in (*combinations(mails["others"], 2), *product(mails["alike"], mails["others"])):
        assert alike(one, other) < ALIKE / 2, (one, other)


def test_a_few_words_are_written_by_many_people_and_say_nothing() -> None:
    assert not sketch_of("My parcel has not arrived, where is it?").bands
    assert alike("Where is my parcel", "Where is my parcel") == 0


def test_letter_case_punctuation_and_accents_do_not_count() -> None:
    text = "Minu tellimus pidi jõudma esmaspäeval, aga seda ei ole. Palun öelge, kus mu pakk on ja millal tuleb."
    assert sketch_of(text) == sketch_of(text.upper().replace(".", " !").replace(",", "").replace("Õ", "O"))


def test_a_sketch_is_found_by_what_earlier_desks_have_kept() -> None:
    text = (
        "Minu tellimus A-10293 pidi jõudma esmaspäeval, aga seda ei ole. Palun öelge, kus mu pakk on ja millal tuleb."
    )
    sketch = sketch_of(text)
    kept = (-8394190030976348050, -8191110908653166267, -7285357385552758762)
    assert sketch.bands[:3] == ("0 bc152a00ffcbbc18", "1 2e4c0bea645e61c9", "2 0a59d9c59887a875")
    assert sketch.packed.startswith(pack(">3q", *kept))
    assert len(sketch.packed) == 8 * len(sketch.pairs) == 8 * 19


def test_a_very_long_text_costs_no_more_than_its_beginning() -> None:
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)]
    assert len(sketch_of(" ".join(words) * 1000).pairs) <= 200


@given(TEXTS, TEXTS)
def test_likeness_is_mutual_and_a_text_is_like_itself(one: list[str], other: list[str]) -> None:
    a, b = sketch_of(" ".join(one)), sketch_of(" ".join(other))
    assert likeness(a.pairs, b.pairs) == likeness(b.pairs, a.pairs)
    assert 0 <= likeness(a.pairs, b.pairs) <= 1
    assert likeness(a.pairs, a.pairs) == (1 if a.pairs else 0)
    assert (a.pairs == b.pairs) <= (a.bands == b.bands)


@given(st.text(max_size=300))
def test_any_text_has_a_sketch(text: str) -> None:
    sketch_of(text + " ".join(["x"] * 20))
