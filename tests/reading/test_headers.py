import base64
import time
from datetime import UTC, datetime

import pytest

from mailbot.reading.mime.dates import moment
from mailbot.reading.mime.encoded_words import with_words_decoded
from mailbot.reading.mime.message_ids import message_ids
from mailbot.reading.mime.parse import parse
from tests.reading.mails import mail


def word(text: str | bytes, charset: str = "utf-8") -> str:
    octets = text if isinstance(text, bytes) else text.encode(charset)
    return f"=?{charset}?B?{base64.b64encode(octets).decode()}?="


class TestEncodedWords:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("=?utf-8?q?M=C3=A4ri_T?=", "Märi T"),
            ("=?utf-8?q?M=c3=a4ri?=", "Märi"),
            ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
            ("=?utf-8?q?a?=  \t =?utf-8?q?b?=", "ab"),
            ("=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
            ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
            ("x=?utf-8?q?a?=y", "xay"),
            ("=?koi8-r?B?98/Q0s/T?= =?utf-8?q?=3F?=", "Вопрос?"),
            ("=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße"),
            ("=?utf-8?q?with raw spaces?=", "with raw spaces"),
            ("=?utf-8?q?really?_yes?=", "really? yes"),
            ("=?utf-8?b?YWI?=", "ab"),
            ("=?utf-8?b?YWI=", "=?utf-8?b?YWI="),
            ("=?utf-8?q?one =?utf-8?q?two?=", "=?utf-8?q?one two"),
            ("=?x-none?q?abc?=", "abc"),
            ("=?utf-8?q??= x", " x"),
            ("a = ? b", "a = ? b"),
        ],
    )
    def test_they_are_read_as_programs_write_them(self, written, read):
        assert with_words_decoded(written) == read

    def test_a_name_split_inside_a_character_is_whole(self):
        first, second = "Tõ".encode()[:2], "Tõ".encode()[2:]
        assert with_words_decoded(f"{word(first)} {word(second)}") == "Tõ"

    def test_twenty_thousand_are_read_in_linear_time(self):
        begin = time.process_time()
        subject = parse(mail("x", "Subject: " + "\r\n ".join([word("чай ")] * 20_000)))[0].subject
        assert subject == ("чай " * 20_000).strip()
        assert time.process_time() - begin < 2


class TestRawHeaders:
    @pytest.mark.parametrize("codec", ["utf-8", "cp1251", "koi8-r"])
    def test_raw_bytes_are_read(self, codec):
        raw = mail("x").replace(b"Subject: Order", "Subject: Посылка разбита, верните деньги".encode(codec))
        assert parse(raw)[0].subject == "Посылка разбита, верните деньги"

    def test_the_charset_of_the_text_is_that_of_raw_headers(self):
        raw = mail("Šķīvis", charset="windows-1257").replace(b"Subject: Order", "Subject: Šķīvis".encode("cp1257"))
        assert parse(raw)[0].subject == "Šķīvis"

    def test_raw_latin_1_is_read(self):
        raw = mail("x").replace(b"Subject: Order", "Subject: Le colis est arrivé cassé".encode("latin-1"))
        assert parse(raw)[0].subject == "Le colis est arrivé cassé"

    def test_raw_japanese_escapes_are_read(self):
        raw = mail("x").replace(b"Subject: Order", "Subject: 荷物".encode("iso2022_jp"))
        assert parse(raw)[0].subject == "荷物"

    @pytest.mark.parametrize(
        ("folded", "read"),
        [
            ("a\r\n b", "a b"),
            ("a\r\n\tb", "a b"),
            ("a\r\n \r\n b", "a  b"),
            ("\r\n a", "a"),
            ("a\n b", "a b"),
            ("", ""),
        ],
    )
    def test_folds_are_undone(self, folded, read):
        assert parse(mail("x", f"Subject: {folded}"))[0].subject == read


class TestHeaderBlock:
    REST = b"From: mari@kodu.example\r\nSubject: Order\r\n\r\nwords"

    @pytest.mark.parametrize(
        "before",
        [
            b"From mari@kodu.example Tue Nov  3 10:11:12 2026\r\n",
            b">From mari@kodu.example Tue Nov  3 10:11:12 2026\r\n",
            b"\r\n\r\n",
            b"\xef\xbb\xbf",
            b"X-A: b\r\nthis line is no header\r\n",
            "X-A: b\r\nДата отправки: вчера\r\n".encode(),
            "Тема: раз\r\n".encode(),
            b"X-Mailer : old\r\n",
        ],
    )
    def test_what_is_no_header_does_not_end_it(self, before):
        message, _ = parse(before + self.REST)
        assert (message.from_.address, message.subject, message.text) == ("mari@kodu.example", "Order", "words")

    def test_a_block_without_an_empty_line_ends_where_the_text_begins(self):
        message, _ = parse(b"From: mari@kodu.example\r\nSubject: Order\r\nDear all,\r\nit broke.\r\n")
        assert message.subject == "Order"
        assert message.text.split() == ["Dear", "all,", "it", "broke."]

    @pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\r\n"])
    def test_all_line_ends_are_known(self, end):
        message, _ = parse(b"From: mari@kodu.example\r\nSubject: Order\r\n\r\none\r\ntwo".replace(b"\r\n", end))
        assert (message.from_.address, message.subject) == ("mari@kodu.example", "Order")
        assert message.text == "one\ntwo"

    def test_a_mail_that_was_saved_as_utf_16_is_read(self):
        assert parse("From: mari@kodu.example\r\nSubject: Mõlk\r\n\r\nõ".encode("utf-16"))[0].subject == "Mõlk"

    def test_only_headers_are_a_mail_without_text(self):
        message, _ = parse(b"From: mari@kodu.example\r\nSubject: Order")
        assert (message.subject, message.text) == ("Order", "")

    def test_text_without_any_header_is_text(self):
        assert parse(b"Hello,\r\nit broke.\r\n")[0].text == "Hello,\nit broke.\n"

    def test_a_hundred_thousand_header_lines_are_read(self):
        raw = b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
        assert parse(raw + self.REST)[0].subject == "Order"


class TestMessageIds:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("<a@b> <c@d>", ["a@b", "c@d"]),
            ("<a@b><c@d>", ["a@b", "c@d"]),
            ("<a@b>, <a@b>", ["a@b"]),
            ("<a@\t b>", ["a@b"]),
            ("<abc\r\n def@x.example>", ["abcdef@x.example"]),
            ("a@b", ["a@b"]),
            ("a@b c@d", ["a@b", "c@d"]),
            ("<a@b", ["a@b"]),
            ("<<a@b>>", ["a@b"]),
            ("<no-at-sign>", ["no-at-sign"]),
            ("no-at-sign", ["no-at-sign"]),
            ('Message of "Tue, 3 Nov 2026" from x@y.example <a@b>', ["a@b"]),
            ('Message from Mari <mari@x.example> of "Tue, 3 Nov 2026" <a@b>', ["a@b"]),
            ("<a@b>; from Mari <mari@x.example> on Tuesday", ["a@b"]),
            ("< a@b >", ["a@b"]),
            ("Your message of Tue from x@y.example", []),
            ("Mari <mari@x.example>'s message of Tuesday", []),
            ("Mari <mari@x.example>'s message of <a@b>", ["a@b"]),
            ("Mari's mail (of Tuesday) <a@b> (yes)", ["a@b"]),
            ("a@b (a comment)", ["a@b"]),
            ("", []),
        ],
    )
    def test_they_are_found_in_all_that_surrounds_them(self, written, read):
        assert list(message_ids([written])) == read

    def test_an_encoded_one_is_decoded(self):
        assert parse(mail("x", "References: =?us-ascii?q?=3Ca=40b=3E?="))[0].references == ("a@b",)


class TestDates:
    @pytest.mark.parametrize(
        ("written", "utc"),
        [
            ("Tue, 03 Nov 2026 10:11:12 +0200", (8, 11, 12)),
            ("3 Nov 26 10:11 EST", (15, 11, 0)),
            ("Tue, 3 Nov 2026 10:11 GMT", (10, 11, 0)),
            ("Tue, 03 Nov 2026 10:11:12", (10, 11, 12)),
            ("Tue, 03 Nov 2026 10:11:12 +0200 (EET) (DST)", (8, 11, 12)),
            ("Tue Nov  3 10:11:12 2026", (10, 11, 12)),
            ("Tue Nov 3 10:11:12 EST 2026", (15, 11, 12)),
            ("03.11.2026 10:11", (10, 11, 0)),
            ("3.11.2026 10:11:12 +0200", (8, 11, 12)),
            ("2026-11-03 10:11:12", (10, 11, 12)),
            ("2026-11-03T10:11:12Z", (10, 11, 12)),
            ("2026-11-03T10:11:12.123+02:00", (8, 11, 12)),
            ("2026/11/03 10:11:12 +0200", (8, 11, 12)),
            ("11/3/2026 10:11:12 AM", (10, 11, 12)),
            ("Tue, 03-Nov-2026 10:11:12 GMT", (10, 11, 12)),
            ("Tuesday, November 3, 2026 10:11:12 AM", (10, 11, 12)),
            ("Tue,3 Nov 2026 10.11.12 +0200", (8, 11, 12)),
            ("Tue, 3 Nov 2026 10:11:12 GMT+0200", (8, 11, 12)),
            ("Tue, 3 Nov 2026 10:11:12 +02:00", (8, 11, 12)),
            ("Tue, 3 Nov 2026 10:11:12 CET", (9, 11, 12)),
            ("Tue, 3 Nov 2026 10:11:12 PM", (22, 11, 12)),
            ("Di., 03 nov. 2026 10:11:12 +0100", (9, 11, 12)),
            ('Tue, 3 Nov 2026 10:11:12 "GMT"', (10, 11, 12)),
            ("Tue, 3 Nov 2026 10 :11: 12 +0200", (8, 11, 12)),
            ("3 Nov 2026", (0, 0, 0)),
        ],
    )
    def test_all_shapes_are_read(self, written, utc):
        found = moment(written)
        assert found is not None
        assert found.replace(microsecond=0) == datetime(2026, 11, 3, *utc, tzinfo=UTC)

    def test_a_leap_second_is_a_time(self):
        assert moment("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2017, 1, 1, tzinfo=UTC)

    def test_a_year_of_two_digits_is_of_its_century(self):
        assert moment("3 Nov 97 10:11:12 GMT") == datetime(1997, 11, 3, 10, 11, 12, tzinfo=UTC)


def test_fields_beyond_all_measure_are_named_and_the_text_stays():
    message, problems = parse(mail("Hello").replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 250_000 + b"\r\n", 1))
    assert message.text == "Hello"
    assert "more than 120000 header fields: the rest is only in the raw mail" in problems


@pytest.mark.parametrize("space", [b" \r\n", b"\t\n"])
def test_lines_of_spaces_inside_a_field_are_read_in_linear_time(space):
    raw = b"Subject: a\r\n" + (space + b" b\r\n") * 200_000 + b"\r\nHello"
    start = time.process_time()
    message, _ = parse(raw)
    assert time.process_time() - start < 2
    assert " ".join(message.subject.split()).startswith("a b b")
