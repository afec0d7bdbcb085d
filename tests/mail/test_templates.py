"""Our own mail: every template in every language, and that no value in it is ever more than text."""

import re
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.errors import ConfigurationError, PermanentError
from mailbot.core.letters import TO_CUSTOMERS, Block, LetterKind, Ltr
from mailbot.core.money import Money
from mailbot.core.periods import Period
from mailbot.mail.samples import CASES, FULL, MINIMAL
from mailbot.mail.subjects import reply, tagged
from mailbot.mail.templates import Templates
from mailbot.mail.wording import Wording

SHIPPED = Path(__file__).parents[2] / "templates"
LANGUAGES = ("en", "et", "sl", "ru", "fa")
ZONE = "Europe/Tallinn"
TEMPLATES = Templates(SHIPPED, languages=LANGUAGES, zone=ZONE)

every_mail = pytest.mark.parametrize(
    ("kind", "language", "values"),
    [
        pytest.param(kind, language, values, id=f"{kind}-{language}-{number}")
        for kind in LetterKind
        for language in LANGUAGES
        for number, values in enumerate(CASES[kind])
    ],
)


class Page(HTMLParser):
    """What a browser makes of a page: its elements, with those left open or closed twice, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.said = ""
        self.feed(html)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        self.said += data

    def names(self) -> set[str]:
        return {name for name, _ in self.elements}


def with_values(kind: LetterKind, language: str = "en", **values: object):
    return TEMPLATES.render(kind, language, {**FULL[kind], **values})


# Every template


def test_the_shipped_templates_have_no_problems():
    assert TEMPLATES.check() == ()


@every_mail
def test_every_template_gives_both_parts(kind, language, values):
    mail = TEMPLATES.render(kind, language, values)
    page = Page(mail.html)
    assert mail.subject
    assert "\n" not in mail.subject
    assert page.open == page.unbalanced == []
    for made_up in ("zq9", "None", "{{", "{%", "**", "](", "Undefined"):
        assert made_up not in mail.subject + mail.text + page.said
    if kind is not LetterKind.RECEIPT or values is FULL[kind]:
        assert mail.text.strip()


@every_mail
def test_every_page_stands_on_its_own(kind, language, values):
    page = Page(TEMPLATES.render(kind, language, values).html)
    assert not page.names() & {"script", "link", "iframe", "img", "form", "object"}
    shown = re.sub(r'<a href="https://[^"]*">.*?</a>', "", TEMPLATES.render(kind, language, values).html)
    assert not re.search(r"https?:|@import|url\(", shown)
    outer = next(attributes for name, attributes in page.elements if name == "div")
    assert (outer["lang"], outer["dir"]) == (language, "rtl" if language == "fa" else "ltr")


@every_mail
def test_both_parts_say_the_same(kind, language, values):
    mail = TEMPLATES.render(kind, language, values)
    page = re.sub(r".*?</style>", "", mail.html, flags=re.DOTALL)
    words_of_page = re.findall(r"\w+", Page(page).said)
    assert words_of_page == re.findall(r"\w+", re.sub(r"(?m)^\d+\. ", "", mail.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_differ(language):
    texts = {other: with_values(LetterKind.ACKNOWLEDGEMENT, other).text for other in LANGUAGES}
    assert len(set(texts.values())) == len(LANGUAGES)
    assert not re.search(r"\b(the|your|order)\b", texts[language]) or language == "en"


def test_a_language_that_is_not_shipped_gets_the_first_one():
    assert not TEMPLATES.has("fi")
    answer = TEMPLATES.render("answer", "fi", FULL[LetterKind.ANSWER])
    assert answer == TEMPLATES.render("answer", "en", FULL[LetterKind.ANSWER])


@pytest.mark.parametrize("kind", sorted(TO_CUSTOMERS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_never_see_our_inner_life(kind, language):
    mail = TEMPLATES.render(kind, language, FULL[LetterKind(kind)])
    assert not re.search(r"\[ref:|mailbot|#\w", mail.text)


# What the mails say


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_complaint_no_apology(language):
    apologies = re.compile(r"sorry|apolog|vabandus|kahju|opravič|žal nam|извин|жаль|عذر|پوزش", re.IGNORECASE)
    bare = TEMPLATES.render("acknowledgement", language, MINIMAL[LetterKind.ACKNOWLEDGEMENT])
    assert not apologies.search(bare.subject + bare.text)
    assert apologies.search(with_values(LetterKind.ACKNOWLEDGEMENT, language).text)


def test_the_acknowledgement_repeats_what_was_understood_and_asks_for_what_is_missing():
    text = with_values(LetterKind.ACKNOWLEDGEMENT, missing=("photo",)).text
    assert "- Order: A-10293\n- Amount: €9.90\n- What you would like: refund" in text
    assert "a photo or two" in text
    assert "your order number (" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_that_was_not_understood_is_not_summed_up(language):
    nothing = {**MINIMAL[LetterKind.ACKNOWLEDGEMENT], "is_complaint": True}
    assert "- " not in TEMPLATES.render("acknowledgement", language, nothing).text
    with_order = TEMPLATES.render("acknowledgement", language, {**nothing, "order_number": Ltr("A-10293")}).text
    (line,) = (line for line in with_order.splitlines() if line.startswith("- "))
    assert "A-10293" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_without_a_name_is_left_out_of_the_follow_up(language):
    values = FULL[LetterKind.FOLLOW_UP]
    named, unnamed = (TEMPLATES.render("follow_up", language, {**values, "type": t}).text for t in ("billing", "other"))
    assert named.count("(") == unnamed.count("(") + 1


def test_the_acknowledgement_of_an_unknown_sender_has_a_subject_of_ours():
    mail = with_values(LetterKind.ACKNOWLEDGEMENT, original_subject=None)
    assert mail.subject == "We have received your complaint [AP-10234]"


def test_languages_are_named_by_their_own_names():
    text = with_values(LetterKind.ACKNOWLEDGEMENT, shipped_languages=LANGUAGES).text
    assert "English, eesti, slovenščina, русский, \u2068فارسی\u2069." in text


def test_a_notification_tells_first_how_to_answer_and_last_its_token():
    mail = with_values(LetterKind.NOTIFICATION, ref=Ltr("[ref:abc]"))
    lines = mail.text.strip().splitlines()
    assert lines[0].startswith("To answer the customer, reply to this mail.")
    assert lines[-1] == "[ref:abc]"
    assert "> I would like the delivery fee back." in lines


@pytest.mark.parametrize(("news", "prefix"), [("complaint", ""), ("reply", ""), ("bounce", "Not delivered: ")])
def test_only_unusual_news_stands_in_front_of_the_subject(news, prefix):
    mail = with_values(LetterKind.NOTIFICATION, news=news, original_subject="Five days")
    assert mail.subject == f"{prefix}Five days [AP-10234]"


def test_an_answer_is_the_agents_words_and_a_closing():
    mail = with_values(LetterKind.ANSWER, body=Block("It is on its way."), agent="Mari Tamm", offers=(), draft=None)
    assert mail.text == "It is on its way.\n\nKind regards,\nMari Tamm\nAcme Support\n"


def test_a_receipt_for_a_mistake_says_that_nothing_was_done():
    assert with_values(LetterKind.RECEIPT).text.startswith("Nothing was carried out")
    assert "Nothing was carried out" not in with_values(LetterKind.RECEIPT, held=None, wrong=()).text


def test_a_code_without_a_word_does_not_stop_the_mail():
    assert "Wish: new shoes" in with_values(LetterKind.NOTIFICATION, remedy="new_shoes").text


# Values are data

HOSTILE = (
    "<script>alert(1)</script>",
    "**bold** _it_ `code` [a](https://evil.example) ![x](cid:1)",
    "{{ 7 * 7 }}{% for x in y %}",
    "# heading",
    "1. one\n2. two\n\n> quote\n\n    code",
    "&lt;b&gt; &amp; \"quotes\" 'and' \\*",
    "zq90qz zq91qz",
    '"><img src=x onerror=alert(1)>',
)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_value_is_never_interpreted(hostile, language):
    mail = with_values(
        LetterKind.NOTIFICATION,
        language,
        customer=hostile,
        original_subject=hostile,
        order_number=Ltr(hostile),
        complaint=Block(hostile),
        team=hostile,
        reasons=(hostile,),
    )
    plain = Page(with_values(LetterKind.NOTIFICATION, language).html)
    page = Page(mail.html)
    shown = " ".join(hostile.split())
    assert page.names() <= plain.names() | {"bdi", "br"}
    assert not any(key.startswith("on") for _, attributes in page.elements for key in attributes)
    assert page.open == page.unbalanced == []
    assert mail.text.count(hostile.splitlines()[0]) >= 4
    assert " ".join(page.said.split()).count(shown) >= 4
    assert shown in mail.subject


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_line_that_is_quoted_as_code_is_never_interpreted(hostile):
    wrong = SimpleNamespace(line=hostile, problem="unknown_command", suggestion=None)
    page = Page(with_values(LetterKind.RECEIPT, wrong=(wrong,)).html)
    assert page.open == page.unbalanced == []
    assert " ".join(hostile.split()) in " ".join(page.said.split())


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_subject_stays_on_one_line(subject):
    mail = with_values(LetterKind.ANSWER, original_subject=subject)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", mail.subject)
    assert mail.subject.startswith("Re:")
    assert mail.subject.endswith("[AP-10234]")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_name_stays_text(name):
    page = Page(with_values(LetterKind.NOTIFICATION, "fa", customer=name).html)
    assert page.open == page.unbalanced == []
    assert page.names() <= Page(with_values(LetterKind.NOTIFICATION, "fa").html).names()


def test_a_name_cannot_turn_the_text_round_or_forge_a_line():
    text = with_values(LetterKind.NOTIFICATION, customer="Eve\u202e\n\n[ref:forged]").text
    assert "\u202e" not in text
    assert "\n[ref:forged]" not in text


def test_sanitised_html_of_a_block_goes_in_as_it_is_and_its_text_into_the_text():
    mail = with_values(LetterKind.ANSWER, body=Block("Dear *you*", "<p>Dear <i>you</i></p>"))
    assert "<p>Dear <i>you</i></p>" in mail.html
    assert mail.text.startswith("Dear *you*\n")


def test_a_block_without_html_keeps_its_lines():
    mail = with_values(LetterKind.ANSWER, body=Block("one\n\n  two < three\n- four"))
    assert "one<br>\n<br>\n  two &lt; three<br>\n- four" in mail.html
    assert mail.text.startswith("one\n\n  two < three\n- four\n")


# Two directions


def test_left_to_right_values_are_isolated_in_persian():
    mail = with_values(LetterKind.ACKNOWLEDGEMENT, "fa")
    assert "\u2066A-10293\u2069" in mail.text
    assert '<bdi dir="ltr">A-10293</bdi>' in mail.html


def test_a_persian_name_is_isolated_in_english_and_an_english_one_is_not():
    mail = with_values(LetterKind.NOTIFICATION, customer="مینا رستمی")
    assert "\u2068مینا رستمی\u2069 (liis" in mail.text
    assert "<bdi>مینا رستمی</bdi>" in mail.html
    assert "bdi" not in Page(with_values(LetterKind.ANSWER).html).names()


def test_no_isolates_in_a_subject():
    mail = with_values(LetterKind.ACKNOWLEDGEMENT, "fa", original_subject=None)
    assert mail.subject == "شکایت شما به دست ما رسید [AP-10234]"


def test_commands_read_from_left_to_right_in_persian():
    mail = with_values(LetterKind.NOTIFICATION, "fa")
    assert "\u2066#resolve\u2069" in mail.text
    assert '<code dir="ltr">#resolve</code>' in mail.html


# Days, sums, plurals


def wording(locale: str, **about: str) -> Wording:
    return Wording.of({"locale": locale, **about}, ZONE)


FA = {"calendar": "jalali", "digits": "۰۱۲۳۴۵۶۷۸۹"}


@pytest.mark.parametrize(
    ("gregorian", "jalali"),
    [
        (date(2026, 3, 20), "جمعه ۲۹ اسفند ۱۴۰۴"),
        (date(2026, 3, 21), "شنبه ۱ فروردین ۱۴۰۵"),
        (date(2025, 3, 20), "پنج‌شنبه ۳۰ اسفند ۱۴۰۳"),  # a leap year's last day
    ],
)
def test_persian_days_are_of_the_jalali_calendar(gregorian, jalali):
    assert wording("fa", **FA).day(gregorian) == jalali


def test_a_moment_is_told_in_the_organisations_zone_with_its_name():
    winter, summer = datetime(2026, 1, 5, 22, 30, tzinfo=UTC), datetime(2026, 7, 6, 6, 0, tzinfo=UTC)
    assert wording("en_GB").moment(winter) == "Tuesday, 6 January 2026, 00:30 (Eastern European Standard Time)"
    assert wording("en_GB").moment(summer) == "Monday, 6 July 2026, 09:00 (Eastern European Summer Time)"
    assert wording("en_GB").day(winter) == "Tuesday, 6 January 2026"


def test_the_hour_that_comes_twice_is_told_apart():
    first, second = (datetime(2026, 10, 25, hour, 59, tzinfo=UTC) for hour in (0, 1))
    assert wording("en_GB").moment(first) == "Sunday, 25 October 2026, 03:59 (Eastern European Summer Time)"
    assert wording("en_GB").moment(second) == "Sunday, 25 October 2026, 03:59 (Eastern European Standard Time)"


def test_sums_are_written_as_the_language_writes_them():
    money = Money(Decimal("1234.50"), "EUR")
    assert wording("en_GB").money(money) == "€1,234.50"
    assert wording("et").money(money) == "1\u00a0234,50\u00a0€"
    assert wording("sl").money(money) == "1.234,50\u00a0€"
    assert "۱٬۲۳۴٫۵۰" in wording("fa", **FA).money(money)


@pytest.mark.parametrize(
    ("locale", "about", "share", "years"),
    [
        ("en_GB", {}, "12.5%", "2 years"),
        ("et", {}, "12,5%", "2 aastat"),
        ("sl", {}, "12,5\u00a0%", "2 leti"),
        ("ru", {}, "12,5\u00a0%", "2 года"),
        ("fa", FA, "۱۲٫۵٪", "۲ سال"),
    ],
)
def test_shares_and_periods_are_written_as_the_language_writes_them(locale, about, share, years):
    tongue = wording(locale, **about)
    assert (tongue.percent(Decimal("12.5")), tongue.period(Period(2, "years"))) == (share, years)


def test_slovenian_has_four_plurals():
    sl = wording("sl")
    forms = [sl.plural(n, one="dan", two="dneva", few="dnevi", other="dni") for n in (1, 2, 3, 5, 101)]
    assert forms == ["dan", "dneva", "dnevi", "dni", "dan"]


@pytest.mark.parametrize(("octets", "words"), [(999, "999 byte"), (1000, "1 kB"), (2_411_000, "2.4 MB")])
def test_sizes_are_rounded(octets, words):
    assert wording("en_GB").size(octets) == words


# Subjects


@pytest.mark.parametrize(
    "subject", ["Late", "Re: Late", "RE: Re: Late", "AW: Late [AP-1]", "Vs: Re[2]: Late", "Отв: Late", "پاسخ: Late"]
)
def test_re_and_number_stand_once(subject):
    assert reply(subject, Ltr("AP-1")) == "Re: Late [AP-1]"
    assert tagged(subject, Ltr("AP-1")) == "Late [AP-1]"


def test_a_word_that_begins_like_re_stays():
    assert reply("Return: where?", None) == "Re: Return: where?"


def test_a_very_long_subject_keeps_the_number():
    subject = reply("long " * 300, Ltr("AP-1"))
    assert len(subject) < 200
    assert subject.endswith("… [AP-1]")


# Mistakes in templates


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "templates")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        Templates(folder, languages=("en", "et"), zone=ZONE)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_a_syntax_error_is_told_with_file_and_line(folder):
    edit(folder / "et/answer.md", "{{ body }}", "{% if body %}")
    assert problems(folder)[0].startswith("et/answer.md:")


def test_an_unknown_filter_is_told_with_the_one_meant(folder):
    edit(folder / "en/follow_up.md", "original_subject | reply", "original_subject | repyl")
    assert problems(folder) == ["en/follow_up.md:1:1: No filter named 'repyl'., did you mean \"reply\"?"]


def test_a_missing_template_is_told(folder):
    (folder / "et/receipt.md").unlink()
    assert problems(folder) == ["et/receipt.md:1:1: this template is missing"]


def test_a_missing_page_is_told(folder):
    (folder / "layout.html").unlink()
    assert problems(folder) == ["layout.html:1:1: this template is missing"]


def test_a_template_without_subject_is_told(folder):
    edit(folder / "en/answer.md", "Subject:", "Subjekt:")
    assert problems(folder)[0].startswith("en/answer.md:1:1: the first line must be")


def test_a_misspelled_word_is_told_with_the_one_meant(folder):
    edit(folder / "en/words.yaml", "  late_delivery:", "  late_delivry:")
    assert [p for p in problems(folder) if p.startswith("en/")] == [
        "en/words.yaml:7:1: the section `type` has no word for `late_delivery`",
        'en/words.yaml:8:1: nothing asks for `late_delivry`, did you mean "late_delivery"?',
    ]


def test_a_word_that_another_language_has_is_missed(folder):
    edit(folder / "et/words.yaml", "  tag: Silt\n", "")
    assert any("the section `done` has no word for `tag`" in problem for problem in problems(folder))


def test_broken_yaml_is_told_with_its_line(folder):
    edit(folder / "et/words.yaml", "  locale: et", '  locale: "et')
    assert problems(folder)[0].startswith("et/words.yaml:")


@pytest.mark.parametrize(("old", "new"), [("locale: fa", "locale: xx_"), ("۰۱۲۳۴۵۶۷۸۹", "۰۱۲")])
def test_a_language_that_cannot_be_told_is_refused(folder, old, new):
    edit(folder / "fa/words.yaml", old, new)
    with pytest.raises(ConfigurationError, match=r"fa/words\.yaml:3:1: "):
        Templates(folder, languages=("en", "fa"), zone=ZONE)


def test_an_unknown_name_is_found_without_sending_anything(folder):
    edit(folder / "en/answer.md", "{{ body }}", "{% if agent == 'nobody' %}{{ bodi }}{% endif %}{{ body }}")
    found = Templates(folder, languages=("en", "et"), zone=ZONE).check()
    assert [p.line for p in found] == [4]
    assert found[0].message == 'there is no value `bodi` in a mail of this kind, did you mean "body"?'


def test_a_value_printed_without_asking_whether_it_is_there_is_found(folder):
    edit(folder / "en/acknowledgement.md", "{% if order_number %}\n- Order", "{% if True %}\n- Order")
    found = Templates(folder, languages=("en",), zone=ZONE).check()
    assert len(found) == 1
    assert "can be absent" in found[0].message


def test_an_unknown_section_of_words_is_found(folder):
    edit(folder / "en/follow_up.md", "words.type[", "words.tpye[")
    found = Templates(folder, languages=("en",), zone=ZONE).check()
    assert any('did you mean "type"?' in p.message and p.line == 6 for p in found)


def test_a_failing_template_is_a_permanent_error_with_its_line(folder):
    edit(folder / "en/answer.md", "{{ body }}", "{{ body }}\n\n{{ agent.nickname }}")
    with pytest.raises(PermanentError, match=r"answer\.md:6:1: .*nickname"):
        Templates(folder, languages=("en",), zone=ZONE).render("answer", "en", FULL[LetterKind.ANSWER])


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ missing.append(1) }}",
    "{{ agent.__init__.__globals__ }}",
    "{{ organisation|attr('__class__') }}",
    "{{ ''['__class__'] }}",
    "{{ ('{0.__class__}').format(organisation) }}",
    "{{ words.__class__.__subclasses__() }}",
    "{{ body.__dataclass_fields__ }}",
    "{{ body.__class__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ received_at.strftime('%999999999d') }}",
    "{% include '../../config.yaml' %}",
]
ENDLESS = [
    "{% for x in range(10**9) %}{% endfor %}",
    "{% set l = 'abcdefghij'|list %}" + "".join(f"{{% for x{n} in l %}}" for n in range(9)) + "{% endfor %}" * 9,
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{% for x in [[1]] recursive %}{{ loop([x, x]) }}{% endfor %}",
]
HUGE = [
    "{{ 'a' * 10**9 }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 'a'|center(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ 10**10**10 }}",
    "{% set s %}{{ organisation }}{% endset %}{{ s ~ s }}",
    "{% filter upper %}{{ organisation }}{% endfilter %}",
    "{{ 9999999999 * 9999999999 }}",
    "{% set s = 'ab' %}" + "{% set s = s ~ s %}" * 40 + "{{ s }}",
    "{% set s = 'ab' %}" + "{% set s = s + s %}" * 40 + "{{ s }}",
    "{% set s = [1] %}" + "{% set s = s + s %}" * 40 + "{{ s|length }}",
    "{% set s = 'ab' %}" + "{% set s = s|replace('', s) %}" * 9 + "{{ s }}",
    "{% set s = 'ab' %}" + "{% set s = [s, s, s]|join(s) %}" * 20 + "{{ s }}",
    "{% set s = 'ab' %}" + "{% set s = [s, s, s, s] %}" * 20 + "{{ s }}",
    "{% for a in missing %}{% for b in missing %}{% for c in missing %}" + "long " * 5000 + "{% endfor %}" * 3,
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("code", [*ESCAPES, *ENDLESS, *HUGE])
def test_nothing_gets_out_of_a_template_and_nothing_in_it_goes_on_for_ever(folder, code):
    edit(folder / "en/acknowledgement.md", "Hello,", code)
    with pytest.raises((PermanentError, ConfigurationError), match=r"en/acknowledgement\.md:\d+:1: "):
        Templates(folder, languages=("en",), zone=ZONE).render(
            "acknowledgement", "en", FULL[LetterKind.ACKNOWLEDGEMENT]
        )


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("{% for x in 'abc'|list %}{{ loop.index * 2 }}{{ x ~ loop.last }} {% endfor %}", "2aFalse 4bFalse 6cTrue"),
        ("{{ organisation.upper().split(' ')|join('-') }}", "ACME-PARCELS"),
        ("{% macro sign(who) %}by {{ who }}{% endmacro %}{{ sign(organisation) }}", "by Acme Parcels"),
        ("{% set s %}by {{ organisation }}{% endset %}{{ s }}, {{ s }}", "by Acme Parcels, by Acme Parcels"),
        ("{% macro a() %}[{{ caller() }}]{% endmacro %}{% call a() %}{{ desk }}{% endcall %}", "[Acme Support]"),
        ("{{ (10 - 3) * 2 + 1 }} {{ 7 % 4 }} {{ 'a' + 'b' }} {{ [1, 2]|sum }}", "15 3 ab 3"),
        ("{% for key, word in words.type.items() if key == 'billing' %}{{ word }}{% endfor %}", "wrong charge"),
    ],
)
def test_what_templates_need_they_may(folder, code, written):
    edit(folder / "en/acknowledgement.md", "Hello,", code)
    templates = Templates(folder, languages=("en",), zone=ZONE)
    assert written in templates.render("acknowledgement", "en", FULL[LetterKind.ACKNOWLEDGEMENT]).text


def test_a_list_is_not_printed_as_one(folder):
    edit(folder / "en/acknowledgement.md", "Hello,", "{{ missing }}")
    (problem,) = {p.message for p in Templates(folder, languages=("en",), zone=ZONE).check()}
    assert problem == "this prints a list; expected `{% for … in … %}`"


def test_a_value_in_a_links_target_cannot_change_where_it_leads(folder):
    edit(folder / "en/answer.md", "{{ body }}", "[write](mailto:{{ agent }}) [go]({{ agent }})")
    templates = Templates(folder, languages=("en",), zone=ZONE)
    mail = templates.render("answer", "en", {**FULL[LetterKind.ANSWER], "agent": 'javascript:alert("1")'})
    targets = [attributes["href"] for name, attributes in Page(mail.html).elements if name == "a"]
    assert targets == ["mailto:javascript%3Aalert%28%221%22%29", "javascript%3Aalert%28%221%22%29"]
