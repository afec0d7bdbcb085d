import base64
import quopri
from datetime import UTC, datetime

import pytest

from mailbot.reading.mime.parse import dissect, parse
from tests.reading.mails import mail, multipart

ESTONIAN = "Tere! Külmik jõudis meieni mõlkis küljega, šarniir on väändunud."
RUSSIAN = "Добрый вечер! Чайник течёт с первого дня, прошу вернуть деньги."
SLOVENE = "Pozdravljeni, omara je prišla s počenim steklom in brez vijakov."
PERSIAN = "سلام، یخچال من با درِ شکسته رسید و کسی پاسخ نمی‌دهد."


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (ESTONIAN, "utf-8", "utf-8"),
        (ESTONIAN, "windows-1257", "cp1257"),
        (ESTONIAN, "iso-8859-15", "iso-8859-15"),
        (SLOVENE, "windows-1250", "cp1250"),
        (SLOVENE, "iso-8859-2", "iso-8859-2"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "windows-1251", "cp1251"),
        (PERSIAN, "utf-8", "utf-8"),
        ("مرحبا وصل الطرد مكسورا", "windows-1256", "cp1256"),
        ("Price “£20” – wrong", "iso-8859-1", "cp1252"),
        (RUSSIAN, "utf-16", "utf-16"),
    ],
)
def test_a_text_in_its_labelled_charset_is_decoded(text, label, codec):
    message, _ = parse(mail(text.encode(codec), charset=label))
    assert message.text == text


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (RUSSIAN, "us-ascii", "koi8-r"),
        (RUSSIAN, "unknown-8bit", "cp1251"),
        (RUSSIAN, "utf-8", "cp1251"),
        (ESTONIAN, "iso-8859-1", "utf-8"),
    ],
)
def test_a_wrong_charset_label_is_seen_through_and_reported(text, label, codec):
    message, problems = parse(mail(text.encode(codec), charset=label))
    assert message.text == text
    assert any("charset" in problem for problem in problems)


@pytest.mark.parametrize(("text", "label"), [(ESTONIAN, "x-nonsense"), (PERSIAN, "us-ascii"), (RUSSIAN, "")])
def test_utf_8_needs_no_label(text, label):
    assert parse(mail(text.encode(), charset=label))[0].text == text


def test_encoded_and_raw_subjects_are_decoded():
    for codec in ("koi8-r", "utf-8", "cp1251"):
        word = base64.b64encode("Чайник".encode(codec)).decode()
        assert parse(mail("x", f"Subject: =?{codec}?B?{word}?="))[0].subject == "Чайник"
    raw = mail("x").replace(b"Subject: Order", "Subject: Чайник течёт и шумит".encode("cp1251"))
    assert parse(raw)[0].subject == "Чайник течёт и шумит"


def test_a_line_break_hidden_in_an_encoded_word_does_not_survive():
    word = base64.b64encode(b"Hello\r\nBcc: thief@evil.example").decode()
    assert parse(mail("x", f"Subject: =?utf-8?B?{word}?="))[0].subject == "Hello Bcc: thief@evil.example"


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ("Mari <m@a.example>", "Mari", "m@a.example"),
        ('"=?utf-8?B?xb1hbmE=?=" <z@a.example>', "Žana", "z@a.example"),
        ("=?utf-8?Q?Kask=2C_Mari?= <m@a.example>", "Kask, Mari", "m@a.example"),
        ("m@a.example (Mari Kask)", "Mari Kask", "m@a.example"),
        ("Jõgi <jõgi@näide.example>", "Jõgi", "jõgi@näide.example"),
        ("Mari [Acme] <m@a.example>", "Mari [Acme]", "m@a.example"),
    ],
)
def test_a_sender_is_read_in_every_notation(header, name, address):
    sender = parse(mail("x", f"From: {header}"))[0].from_
    assert (sender.name, sender.address) == (name, address)


def test_a_mail_without_a_readable_sender_is_still_a_message():
    message, problems = parse(mail("words", "From: nobody in particular"))
    assert message.from_ is None
    assert message.text == "words"
    assert "no sender address" in problems


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Tue, 03 Nov 2026 10:11:12 +0200", (8, 11)),
        ("Tue, 03 Nov 2026 10:11:12 (UTC)", (10, 11)),
        ("2026-11-03T10:11:12+02:00", (8, 11)),
        ("Tue Nov 3 10:11:12 2026", (10, 11)),
        ("Tue, 03 Nov 126 10:11:12 +0200", (8, 11)),
        ("Tue, 03 Nov 2026 10:11:12.000 +0200", (8, 11)),
        ("Tue Nov 03 10:11:12,345678 2026", (10, 11)),
    ],
)
def test_dates_are_read_in_the_forms_that_programs_write(written, utc):
    assert parse(mail("x", f"Date: {written}"))[0].date == datetime(2026, 11, 3, *utc, 12, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["24:00:00", "23:59:60"])
def test_a_day_may_end_with_midnight_or_a_leap_second(clock):
    assert parse(mail("x", f"Date: 03 Nov 2026 {clock} +0000"))[0].date == datetime(2026, 11, 4, tzinfo=UTC)


@pytest.mark.parametrize("year", [1904, 1950, 1969])
def test_a_date_before_1970_is_read(year):
    assert parse(mail("x", f"Date: 03 Nov {year} 10:11:12 +0200"))[0].date == datetime(
        year, 11, 3, 8, 11, 12, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "written", ["", "yesterday", "Tue, 31 Feb 2026 10:00:00 +0000", "Tue, 03 Nov 12026 10:11:12 +0200"]
)
def test_an_unreadable_date_is_none(written):
    message, problems = parse(mail("x", f"Date: {written}"))
    assert message.date is None
    assert "no readable date" in problems


def test_references_come_before_in_reply_to_oldest_first_each_once():
    message, _ = parse(mail("x", "References: <one@a> <two@a>", "In-Reply-To: <two@a> <three@a>"))
    assert message.references == ("one@a", "two@a", "three@a")
    assert message.message_id == "m1@kodu.example"


def test_of_alternatives_the_plain_text_is_the_text_and_the_html_is_kept():
    message, _ = parse(multipart(
        "alternative", "Content-Type: text/plain\n\nplain words", "Content-Type: text/html\n\n<p>html words</p>",
    ))  # fmt: skip
    assert (message.text.strip(), message.html.strip()) == ("plain words", "<p>html words</p>")


def test_a_mail_of_html_alone_has_the_text_of_it():
    parsed = dissect(mail("<p>Kaup on <b>kat</b>ki</p><style>p{}</style>", content_type="text/html"))
    assert parsed.message.text == "Kaup on katki"
    assert parsed.text_is_html


def test_texts_around_an_image_are_one_text():
    message, _ = parse(multipart(
        "mixed", "Content-Type: text/plain\n\nbefore", "Content-Type: image/png; name=a.png\n\nx",
        "Content-Type: text/plain\n\nafter",
    ))  # fmt: skip
    assert message.text.split() == ["before", "after"]
    assert [a.filename for a in message.attachments] == ["a.png"]


def test_a_forwarded_mail_is_an_attachment_and_its_words_are_not_ours():
    inner = mail("inner words", "From: shop@else.example", "Subject: Older").decode()
    message, _ = parse(
        multipart("mixed", "Content-Type: text/plain\n\nouter words", f"Content-Type: message/rfc822\n\n{inner}")
    )
    assert message.text.strip() == "outer words"
    assert [a.content_type for a in message.attachments] == ["message/rfc822"]
    assert b"inner words" in message.attachments[0].content


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="arve.pdf"', "arve.pdf"),
        ("filename*=utf-8''%C5%BEeton.pdf", "žeton.pdf"),
        ("filename=\"zeton.pdf\"; filename*=utf-8''%C5%BEeton.pdf", "žeton.pdf"),
        ("filename*0*=utf-8''%D1%87%D0%B5; filename*1*=%D0%BA.pdf", "чек.pdf"),
        ('filename="=?utf-8?B?0YfQtdC6LnBkZg==?="', "чек.pdf"),
        ('filename="чек.pdf"', "чек.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\temp\\\\arve.pdf"', "arve.pdf"),
        ("", "attachment-1.pdf"),
    ],
)
def test_file_names_are_shown_decoded_and_without_a_path(disposition, name):
    message, _ = parse(multipart(
        "mixed", f"Content-Type: application/pdf\nContent-Disposition: attachment; {disposition}\n\n%PDF",
    ))  # fmt: skip
    assert message.attachments[0].filename == name


def test_an_image_with_a_content_id_is_inline_and_has_its_bytes():
    content = b"\x89PNG-bytes"
    message, _ = parse(multipart(
        "related", "Content-Type: text/html\n\n<img src=cid:a@b>",
        "Content-Type: image/png\nContent-ID: <a@b>\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(content).decode(),
    ))  # fmt: skip
    image = message.attachments[0]
    assert (image.inline, image.content_id, image.content, image.size) == (True, "a@b", content, len(content))


def test_a_scanner_footer_behind_base64_is_no_part_of_the_text():
    body = base64.encodebytes(ESTONIAN.encode()) + b"--\r\nScanned by Somebody\r\n"
    assert parse(mail(body, "Content-Transfer-Encoding: base64"))[0].text == ESTONIAN


def test_quoted_printable_with_bad_escapes_keeps_what_it_can():
    body = quopri.encodestring("hind 5 €".encode()) + b" =ZZ"
    assert parse(mail(body, "Content-Transfer-Encoding: quoted-printable"))[0].text == "hind 5 € =ZZ"


def test_flowed_paragraphs_are_joined_and_quotes_stay_quotes():
    raw = mail(
        "> old \r\n> words\r\nnew \r\nwords\r\n-- \r\nMari", 'Content-Type: text/plain; charset="utf-8"; format=flowed'
    )
    assert parse(raw)[0].text == "> old words\nnew words\n-- \nMari"


def test_what_postgresql_refuses_is_gone():
    message, _ = parse(mail(b"a\x00b\xed\xa0\x80c", "Subject: x\x00y"))
    for text in (message.text, message.subject):
        assert "\x00" not in text
        assert text.encode("utf-8")


def test_of_duplicate_headers_the_first_counts():
    assert parse(mail("x", "Subject: first", "Subject: second"))[0].subject == "first"


def test_addresses_it_was_delivered_to_are_known():
    message, _ = parse(mail("x", "Delivered-To: support+c7@acme.example", "X-Original-To: <support@acme.example>"))
    assert message.delivered_to == ("support+c7@acme.example", "support@acme.example")


class TestContentHash:
    def test_trace_headers_and_line_ends_do_not_change_it(self):
        raw = mail("same\r\nwords\r\n")
        relayed = b"Received: by mx2\r\nX-Spam: no\r\n" + raw.replace(b"\r\n", b"\n") + b"\n"
        assert parse(raw)[0].content_hash == parse(relayed)[0].content_hash

    @pytest.mark.parametrize(
        "changed", [mail("other"), mail("same", "Subject: Other"), mail("same", "To: else@a.example")]
    )
    def test_other_words_or_people_change_it(self, changed):
        assert parse(mail("same"))[0].content_hash != parse(changed)[0].content_hash

    def test_the_message_id_is_no_part_of_it(self):
        assert parse(mail("same"))[0].content_hash == parse(mail("same", "Message-ID: <else@a>"))[0].content_hash


def test_nesting_without_end_gives_the_headers():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(2000))
    message, problems = parse(b"From: a@b.example\r\nSubject: deep\r\n" + deep)
    assert (message.from_.address, message.subject) == ("a@b.example", "deep")
    assert "no Message-ID" in problems


@pytest.mark.parametrize("word", ["=?utf-8?b?a?=", "=?utf-8?b?aaaaa?=", "=?utf-8?B?=?=", "=?b?b?=A=?="])
@pytest.mark.parametrize("form", ["{} <m@a.example>", '"{}" <m@a.example>', "Mari {} (x) <m@a.example>, b@c.example"])
def test_broken_base64_in_a_name_does_not_hide_the_address(form, word):
    assert parse(mail("x", f"From: {form.format(word)}"))[0].from_.address == "m@a.example"


@pytest.mark.parametrize("charset", ["utf-8\0", "\0", '"utf\0-8"'])
def test_a_nul_in_the_name_of_a_charset_is_survived(charset):
    assert parse(mail("Hello", f"Content-Type: text/plain; charset={charset}"))[0].text == "Hello"
