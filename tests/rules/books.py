"""Random rules and facts, for what has to hold whatever they are."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from mailbot.core.message import ComplaintType
from mailbot.core.money import Money
from mailbot.core.rules.conditions import All, AnyOf, Compare, Condition, Exists, Named, Not
from mailbot.core.rules.fields import MAIL
from mailbot.core.rules.incoming import MailEvent
from mailbot.core.rules.rule import Rule
from mailbot.reading.mentions import Mentions

WORDS = ("court", "refund", "late", "=broken", "parc*")
VALUES: dict[str, Sequence[Any]] = {
    "type": ("late_delivery", "billing", "other"),
    "safety": (True, False),
    "sender_domain": ("Shop.example", "gov.example"),
    "case.tags": ("vip", "threat"),
    "event": tuple(str(event) for event in MailEvent),
    "mentions": WORDS,
}
ORDERED: dict[str, Sequence[Any]] = {
    "severity": ("low", "high"),
    "amount": (Money.parse("5 EUR"), Money.parse("9 EUR"), Money.parse("7 USD")),
    "words": (2, 5),
}


def _compare(field: str, operator: str, operands: Sequence[Any]) -> Condition:
    return Compare(field, MAIL[field].kind, operator, tuple(operands))


def _compares() -> st.SearchStrategy[Condition]:
    equal = [
        st.lists(st.sampled_from(values), min_size=1, max_size=3).map(
            lambda operands, field=field: _compare(field, MAIL[field].kind.operators[0], operands)
        )
        for field, values in VALUES.items()
    ]
    ordered = [
        st.tuples(st.sampled_from(["lt", "le", "gt", "ge"]), st.lists(st.sampled_from(values), min_size=1)).map(
            lambda drawn, field=field: _compare(field, *drawn)
        )
        for field, values in ORDERED.items()
    ]
    exists = st.builds(Exists, st.sampled_from([*VALUES, *ORDERED]), st.booleans())
    return st.one_of(*equal, *ordered, exists)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _compares(),
    lambda parts: st.one_of(
        parts.map(Not),
        parts.map(lambda part: Named("schedule x", part)),
        st.lists(parts, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, max_size=3).map(lambda found: AnyOf(tuple(found))),
    ),
    max_leaves=6,
)

ACTIONS = st.one_of(
    st.tuples(st.just("priority"), st.sampled_from(["low", "high"])),
    st.tuples(st.just("tag"), st.sampled_from(["a", "b"])),
    st.tuples(st.just("assign_team"), st.sampled_from(["x", "y"])),
    st.tuples(st.just("stop"), st.booleans()),
)


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    return [
        Rule(
            name=f"rule {number}",
            file="rules/r.yaml",
            line=number,
            when=draw(CONDITIONS),
            then=tuple(draw(st.lists(ACTIONS, min_size=1, max_size=2))),
            later=draw(st.booleans()),
            shadow=draw(st.integers(0, 4)) == 0,
        )
        for number in range(draw(st.integers(0, 12)))
    ]


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


FACTS = st.fixed_dictionaries(
    {
        "type": _maybe(st.sampled_from(list(ComplaintType))),
        "safety": _maybe(st.booleans()),
        "severity": _maybe(st.sampled_from(["low", "normal", "high"])),
        "amount": _maybe(st.sampled_from(ORDERED["amount"])),
        "sender_domain": _maybe(st.sampled_from(["shop.EXAMPLE", "tax.example"])),
        "case.tags": _maybe(st.lists(st.sampled_from(["vip", "old"])).map(tuple)),
        "event": _maybe(st.sampled_from(list(MailEvent))),
        "words": _maybe(st.integers(0, 9)),
        "mentions": _maybe(
            st.lists(st.sampled_from(["courts", "refunded", "broken", "breaks", "parcels", "and"])).map(
                lambda words: Mentions(" ".join(words), ("en",))
            )
        ),
    }
)
