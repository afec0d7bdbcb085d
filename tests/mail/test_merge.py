"""What a mail merge writes for a reader is what that reader's letter says when it is written alone."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.letters import Block, CommandAddress, LetterKind, Ltr
from mailbot.mail.merge import Keys, Merge, Wanted, alike
from mailbot.mail.samples import CASES, FULL
from mailbot.mail.slots import SealedError, sealed
from mailbot.mail.templates import Rendered, Templates
from mailbot.workflows.runtime import new_token

SHIPPED = Path(__file__).parents[2] / "templates"
LANGUAGES = ("en", "et", "sl", "ru", "fa")
TEMPLATES = Templates(SHIPPED, languages=LANGUAGES, zone="Europe/Tallinn")
TO_MEMBERS = tuple(kind for kind in LetterKind if {"ref", "mail_to"} & FULL[kind].keys())


def keys_in_the_address(token: str | None) -> Keys:
    to = CommandAddress(Ltr(f"support+{token}@acme.example"), Ltr(""))
    return {"ref": Ltr(f"[ref:{token}]") if token else None, "mail_to": to if token else None}


def keys_in_the_subject(token: str | None) -> Keys:
    to = CommandAddress(Ltr("support@acme.example"), Ltr(f"[ref:{token}]"))
    return {"ref": Ltr(f"[ref:{token}]") if token else None, "mail_to": to if token else None}


class Counted:
    """Templates that count how often they were rendered."""

    def __init__(self, templates: Templates) -> None:
        self.templates, self.times = templates, 0

    def render(self, kind: str, language: str, values: Mapping[str, object]) -> Rendered:
        self.times += 1
        return self.templates.render(kind, language, values)


def merged_and_alone(templates: Templates, wanted: Wanted, keys=keys_in_the_address, readers: int = 3):
    """The letters to some readers from one merge, the same rendered one by one, and how often the merge rendered."""
    counted, merge = Counted(templates), Merge(new_token())
    tokens = [new_token() for _ in range(readers)]
    merged = [merge.words(counted, wanted, keys, token) for token in tokens]
    return merged, [wanted.rendered(templates, keys(token)) for token in tokens], counted.times


@pytest.mark.parametrize("keys", [keys_in_the_address, keys_in_the_subject])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TO_MEMBERS)
def test_every_shipped_letter_is_rendered_once_for_all_its_readers(kind, language, keys):
    for values in CASES[kind]:
        merged, alone, times = merged_and_alone(TEMPLATES, Wanted(kind, language, values), keys)
        assert merged == alone
        assert times == 1


odd = st.text(alphabet="ab1 *_`[]()<>&\"'\n#-:zq9[ref:]\u202eسšж", max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LANGUAGES), odd, odd, st.booleans())
def test_whatever_a_customer_writes_stays_the_same_for_every_reader(language, words, subject, marked_up):
    complaint = Block(words, f"<p>{len(words)}</p>" if marked_up else None)
    values = {**FULL[LetterKind.NOTIFICATION], "complaint": complaint, "original_subject": subject, "customer": words}
    merged, alone, _ = merged_and_alone(TEMPLATES, Wanted("notification", language, values))
    assert merged == alone


def test_another_readers_token_in_the_customers_words_stays_as_it_is():
    leaked, own = new_token(), new_token()
    values = {**FULL[LetterKind.NOTIFICATION], "complaint": Block(f"You wrote [ref:{leaked}] and [ref:{own}]")}
    merge, wanted = Merge(new_token()), Wanted("notification", "en", values)
    for token in (leaked, own):
        words = merge.words(TEMPLATES, wanted, keys_in_the_address, token)
        assert words == wanted.rendered(TEMPLATES, keys_in_the_address(token))
        assert f"You wrote [ref:{leaked}] and [ref:{own}]" in words.text


# Templates of an organisation's own

PRINTED = (
    "{{ ref }}",
    "{% if ref %}{{ ref }}{% else %}none{% endif %}",
    "{% set mine = ref %}{{ mine }}",
    "{% set mine %}so: {{ ref }}{% endset %}{{ mine }}",
    "{% macro shown(key) %}({{ key }}){% endmacro %}{{ shown(ref) }} {{ shown(mail_to.address) }}",
    "{% for key in (ref, mail_to.address) %}{{ key }}, {% endfor %}",
    "[{{ mail_to.address }}](mailto:{{ mail_to.address }}) `{{ ref }}` [at](https://a.example/{{ ref }})",
    "[{{ mail_to.address }}]({{ mail_to.address }})",
    "{{ (ref or desk) }}{{ ref | default('none') }}{% if ref is string %}!{% endif %}{% if ref is none %}?{% endif %}",
    "{% if mail_to is mapping or ref is number or ref is iterable %}!{% endif %}{{ [ref] | first }}",
    "{% if ref in (ref, 1) %}same{% endif %}",
)
ASKED_OF = (
    "{{ ref | upper }}",
    "{{ ref | lower }}",
    "{{ ref | title }}",
    "{{ ref | replace('r', 'x') }}",
    "{{ ref ~ '!' }}",
    "{{ [ref] | join(', ') }}",
    "{{ ref.value }}",
    "{{ ref.value | length }}",
    "{{ ref.value[5:9] }}",
    "{{ mail_to.address.value.split('@')[0] }}",
    "{{ mail_to }}",
    "{% if ref == desk %}!{% endif %}{{ ref }}",
    "{% if ref != desk %}!{% endif %}{{ ref }}",
    "{% if ref in reasons %}!{% endif %}{{ ref }}",
    "{% if 'a' in ref.value %}a{% else %}b{% endif %}",
    "{% if ref is eq(desk) %}!{% endif %}{{ ref }}",
    "{% if ref is lower %}lower{% endif %}",
    "{% if mail_to == mail_to.address %}!{% endif %}{% if ref.value > 'n' %}late{% else %}early{% endif %}",
    "{{ {ref: 'one'}[ref] }}",
    "{{ [ref, ref] | unique | list | length }}",
    "{{ 'subject' | tagged(ref) }}",
    "{{ ref | wordcount }}{{ ref | trim }}",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory):
    """Makes the templates of a desk whose notifications end in this code."""
    folder = tmp_path_factory.mktemp("own") / "templates"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("et", "sl", "ru", "fa"))
    shipped = (SHIPPED / "en" / "notification.md").read_text("utf-8")

    def made(code: str, subject: str = "") -> Templates:
        words = shipped.replace("Subject: ", f"Subject: {subject}") + f"\n\n{code}\n"
        (folder / "en" / "notification.md").write_text(words, "utf-8")
        return Templates(folder, languages=("en",), zone="Europe/Tallinn")

    return made


@pytest.mark.parametrize("code", PRINTED)
def test_a_key_that_is_printed_wherever_it_stands_is_filled_in(written, code):
    wanted = Wanted("notification", "en", FULL[LetterKind.NOTIFICATION])
    merged, alone, times = merged_and_alone(written(code), wanted)
    assert merged == alone
    assert times == 1


@pytest.mark.parametrize("code", ASKED_OF)
def test_a_letter_that_depends_on_its_readers_key_is_written_for_each_reader(written, code):
    wanted = Wanted("notification", "en", FULL[LetterKind.NOTIFICATION])
    merged, alone, times = merged_and_alone(written(code), wanted)
    assert merged == alone
    assert times == 1 + 3


def test_a_key_in_the_subject_is_filled_in(written):
    merged, alone, times = merged_and_alone(
        written("", "{{ ref }} "), Wanted("notification", "en", FULL[LetterKind.NOTIFICATION])
    )
    assert merged == alone
    assert times == 1


# What is a letter of its own


def test_letters_that_differ_in_anything_else_are_letters_of_their_own():
    merge, values = Merge(new_token()), FULL[LetterKind.NOTIFICATION]
    others = (
        Wanted("notification", "en", values),
        Wanted("notification", "et", values),
        Wanted("approval", "en", {**values, **FULL[LetterKind.APPROVAL]}),
        Wanted("notification", "en", {**values, "complaint": Block("Something else")}),
        Wanted("notification", "en", {**values, "offers": ()}),
    )
    for wanted in (*others, *others):
        token = new_token()
        alone = wanted.rendered(TEMPLATES, keys_in_the_address(token))
        assert merge.words(TEMPLATES, wanted, keys_in_the_address, token) == alone


def test_a_letter_without_a_token_is_rendered_as_it_is():
    wanted = Wanted("notification", "en", FULL[LetterKind.NOTIFICATION])
    alone = wanted.rendered(TEMPLATES, keys_in_the_address(None))
    assert Merge(new_token()).words(TEMPLATES, wanted, keys_in_the_address, None) == alone


def test_a_mistake_in_a_template_is_told_as_it_is(written):
    templates = written("{{ ref.nothing }}")
    wanted = Wanted("notification", "en", FULL[LetterKind.NOTIFICATION])
    with pytest.raises(Exception, match="no attribute 'nothing'"):
        Merge(new_token()).words(templates, wanted, keys_in_the_address, new_token())


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), (Decimal("1.0"), Decimal("1.00")), ((1,), [1]), ((1,), (1, 1)), ("a", Ltr("a"))],
)
def test_what_is_written_differently_is_not_alike(one, other):
    assert not alike(one, other)
    assert not alike((one, 2), (other, 2))
    assert not alike({"a": one}, {"a": other})
    assert alike(one, one)


def test_equal_values_are_alike_though_made_apart():
    block = Block("words", "<p>words</p>")
    assert alike((block, {"a": (Decimal("1.00"), None)}), (replace(block), {"a": (Decimal("1.00"), None)}))
    assert not alike(block, replace(block, html=None))


def test_a_sealed_value_tells_nothing_of_itself():
    key = sealed(Ltr("[ref:a]"))
    for ask in (str, repr, hash, lambda it: it == 1, lambda it: it.value, "{}".format, lambda it: it in ("a",)):
        with pytest.raises(SealedError):
            ask(key)
