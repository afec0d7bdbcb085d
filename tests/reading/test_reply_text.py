import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import SpanKind
from mailbot.reading.replies.reply_text import split

NEW = "Hello,\n\nthe lamp is still dark.\n- bulb\n- socket\n\nThanks, but I want 19,90 EUR back:\nsoon\n\nMari"
DESK = "Acme Desk <desk@acme.example>"


def table(name):
    return yaml.load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


ATTRIBUTIONS = table("attributions")
HEADER_BLOCKS = {
    "outlook english": f"From: {DESK}\nSent: Wednesday, November 4, 2026 9:05 AM\nTo: Mari\nSubject: Lamp",
    "outlook estonian": f"Saatja: {DESK}\nSaadetud: kolmapäev, 4. november 2026 9:05\nAdressaat: Mari\nTeema: Lamp",
    "outlook slovene": f"Od: {DESK}\nPoslano: sreda, 4. november 2026 9:05\nZa: Mari\nZadeva: Lamp",
    "outlook russian": f"От: {DESK}\nОтправлено: 4 ноября 2026 г. 9:05\nКому: Mari\nТема: Lamp",
    "outlook persian": f"از: {DESK}\nارسال شده: چهارشنبه ۴ نوامبر ۲۰۲۶ ۹:۰۵\nبه: Mari\nموضوع: Lamp",
    "outlook mobile": f"________________________________\nFrom: {DESK}\nSent: today\nTo: Mari\nSubject: Lamp",
    "samsung estonian": f"-------- Algne kiri --------\nSaatja: {DESK}\nKuupäev: 04.11.26 09:05\nSaaja: Mari\nTeema: L",
    "gmail bold": f"*From:* {DESK}\n*Sent:* today\n*To:* Mari\n*Subject:* Lamp",
}


def lines(text):
    return [line.strip() for line in text.strip().split("\n")]


@pytest.mark.parametrize("client", ATTRIBUTIONS["above quote"])
def test_the_quote_below_an_attribution_is_cut(client):
    attribution = ATTRIBUTIONS["above quote"][client]
    assert lines(split(f"{NEW}\n\n{attribution}\n\n> We looked at it.\n>\n> Your desk\n").reply_text) == lines(NEW)
    assert lines(split(f"{NEW}\n{attribution}\n> We looked at it.\n").reply_text) == lines(NEW)


@pytest.mark.parametrize("client", ATTRIBUTIONS["above quote"])
def test_an_answer_below_a_quote_stands_alone(client):
    text = f"{ATTRIBUTIONS['above quote'][client]}\n> We looked at it.\n\n{NEW}"
    assert lines(split(text).reply_text) == lines(NEW)


@pytest.mark.parametrize("client", ATTRIBUTIONS["without marks"])
def test_an_old_mail_without_marks_is_cut_at_its_attribution(client):
    text = f"{NEW}\n\n{ATTRIBUTIONS['without marks'][client]}\nWe looked at it.\n\nYour desk\n"
    assert lines(split(text).reply_text) == lines(NEW)


@pytest.mark.parametrize("client", HEADER_BLOCKS)
def test_the_mail_below_a_header_block_is_cut(client):
    text = f"{NEW}\n\n{HEADER_BLOCKS[client]}\n\nWe looked at it.\n\nYour desk\n"
    assert lines(split(text).reply_text) == lines(NEW)


@pytest.mark.parametrize("text", table("kept_words"), ids=lambda text: text[:30])
def test_what_only_looks_like_a_quote_is_kept(text):
    assert split(text).reply_text == text


@pytest.mark.parametrize("case", table("new_words"), ids=lambda case: case["story"])
def test_the_new_words(case):
    assert split(case["text"]).reply_text == case["new"]


def test_a_reply_below_the_quote_is_kept():
    text = "On 04/11/2026 09:05, Mari wrote:\n> the lamp is dark\n>\nWe send you a new one.\n"
    assert split(text).reply_text == "We send you a new one."


def test_a_signature_below_an_answer_below_the_quote_is_no_new_text():
    text = "On 04/11/2026 09:05, Mari wrote:\n> the lamp is dark\nNew one sent.\n-- \nAnn, desk"
    assert split(text).reply_text == "New one sent."
    assert split(text).spans[-1].kind is SpanKind.SIGNATURE


def test_answers_between_the_lines_keep_the_lines():
    text = "On 04/11/2026 09:05, Desk wrote:\n> Which lamp?\nThe red one.\n> Which bulb?\nThe big one.\n"
    assert split(text).reply_text == "> Which lamp?\nThe red one.\n> Which bulb?\nThe big one."


def test_spans_tell_new_words_from_signature_and_old_mail():
    attribution = ATTRIBUTIONS["above quote"]["gmail, wrapped early"]
    text = f"New.\n-- \nMari\n\n{attribution}\n> old\n"
    found = [(text[span.start : span.end].strip(), span.kind) for span in split(text).spans]
    assert found[:2] == [("New.", SpanKind.NEW), ("-- \nMari", SpanKind.SIGNATURE)]
    assert found[2] == (f"{attribution}\n> old", SpanKind.QUOTED)


def test_empty_lines_inside_a_quote_belong_to_it():
    text = "New.\n\nOn 04/11/2026 09:05, Mari wrote:\n\n> old\n\n> older\n"
    assert [span.kind for span in split(text).spans][:2] == [SpanKind.NEW, SpanKind.QUOTED]
    assert text[split(text).spans[1].start :].startswith("On 04/11/2026 09:05, Mari wrote:\n\n> old\n\n> older")
    assert split(text).spans[1].end >= len(text) - 1


def test_nothing_but_a_quote_has_no_new_text():
    assert split("On 04/11/2026 09:05, Desk wrote:\n> Which lamp?\n> Which bulb?\n").reply_text == ""


def test_a_mail_that_is_all_signature_is_kept():
    assert "Jane" in split("-- \nJane").reply_text


@given(st.text(alphabet="a:>@1. -\n\r\u200f", max_size=200) | st.text(max_size=100))
def test_the_spans_cover_the_whole_text_in_order(text):
    spans = split(text).spans
    assert "".join(text[s.start : s.end] for s in spans) == text
    assert all(s.start < s.end for s in spans)


LINES = st.lists(
    st.sampled_from(["the", "lamp", "is", "dark,", "since", "Monday", "3", "November", "2026", "10:11", "you:", "To:"]),
    max_size=12,
).map(" ".join)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_word_of_a_text_without_a_quote_is_lost(text):
    assert split(text).reply_text.split() == text.split()


@given(st.lists(LINES, max_size=6).map("\n".join), st.lists(LINES, max_size=6))
def test_words_above_a_quote_are_kept_and_quoted_ones_are_not(above, quote):
    attribution = ATTRIBUTIONS["above quote"]["gmail, english"]
    text = "\n".join([f"{above}\n\nMari\n\n{attribution}", *(f"> {line}" for line in [*quote, "quoted"])])
    assert split(text).reply_text.split()[-1] == "Mari"


@given(st.sampled_from([case["text"] for case in table("new_words")]))
def test_new_words_are_still_new_when_they_are_read_again(text):
    found = split(text).reply_text
    assert split(found).reply_text == found


@pytest.mark.parametrize(
    "hostile", ["On a " * 20_000, "From: x\n" * 5_000, "> " * 20_000, "_" * 100_000, ("a" * 399 + ":\n") * 1_000]
)
def test_hostile_text_takes_linear_time(hostile):
    start = time.process_time()
    split(hostile)
    assert time.process_time() - start < 1
