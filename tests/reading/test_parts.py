import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import Message
from mailbot.reading.mime.parse import dissect, parse
from tests.reading.mails import mail, multipart

PLAIN = "Content-Type: text/plain\n\n"
HTML = "Content-Type: text/html\n\n"
PNG = "Content-Type: image/png; name=a.png\n\nx"


def read(raw: bytes) -> Message:
    return parse(raw)[0]


def names(message: Message) -> list[str]:
    return [attachment.filename for attachment in message.attachments]


def raw_multipart(content_type: str, body: str) -> bytes:
    return mail(body.replace("\n", "\r\n"), f"Content-Type: {content_type}")


class TestBorders:
    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("multipart/mixed; boundary=b", "--b\n\nwords\n--b--\n"),
            ('multipart/mixed; boundary="b"', "preamble\n--b\n\nwords\n--b--\nepilogue\n"),
            ("multipart/mixed; boundary=b", "--b\n\nwords"),
            ("multipart/mixed; boundary=b", "--b  \n\nwords\n--b--  \n"),
            ('multipart/mixed; boundary="b "', "--b\n\nwords\n--b--\n"),
            ("multipart/mixed", "--b\nContent-Type: text/plain\n\nwords\n--b--\n"),
            ("multipart/mixed; boundary=", "--b\nContent-Type: text/plain\n\nwords\n--b--\n"),
            ("multipart/mixed; boundary=other", "--b\nContent-Type: text/plain\n\nwords\n--b--\n"),
            ("multipart/x-unheard-of; boundary=b", "--b\n\nwords\n--b--\n"),
            ("multipart/mixed boundary=b", "--b\n\nwords\n--b--\n"),
            ('multipart/mixed; boundary="b', "--b\n\nwords\n--b--\n"),
            ("multipart/mixed; boundary=b", "--b\nContent-Type: text/plain\n--b\n\nwords\n--b--\n"),
        ],
    )
    def test_the_words_between_them_are_the_text(self, content_type, body):
        assert read(raw_multipart(content_type, body)).text.strip() == "words"

    def test_one_that_begins_like_another_is_another(self):
        inner = "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n"
        message = read(raw_multipart("multipart/mixed; boundary=b", f"--b\n{inner}\n--b\n\ntwo\n--b--\n"))
        assert message.text.split() == ["one", "two"]

    def test_one_used_on_two_levels_closes_the_inner_first(self):
        inner = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n"
        assert read(raw_multipart("multipart/mixed; boundary=b", f"--b\n{inner}--b--\n")).text.split() == ["one"]

    def test_an_inner_one_that_is_never_closed_ends_with_the_outer(self):
        inner = "Content-Type: multipart/mixed; boundary=c\n\n--c\n\none\n"
        message = read(raw_multipart("multipart/mixed; boundary=b", f"--b\n{inner}--b\n\ntwo\n--b--\n"))
        assert message.text.split() == ["one", "two"]

    def test_one_that_never_occurs_leaves_text(self):
        assert read(raw_multipart("multipart/mixed; boundary=b", "all the words\n")).text == "all the words\n"

    def test_the_line_end_before_one_belongs_to_it(self):
        message = read(raw_multipart("multipart/mixed; boundary=b", f"--b\n{PNG}yz\n--b--\n"))
        assert message.attachments[0].content == b"xyz"

    @pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
    def test_an_encoding_of_a_multipart_means_nothing(self, encoding):
        raw = mail(
            "--b\r\n\r\nwords\r\n--b--",
            "Content-Type: multipart/mixed; boundary=b",
            f"Content-Transfer-Encoding: {encoding}",
        )
        assert read(raw).text == "words"

    def test_text_before_nested_parts_without_end_is_kept(self):
        deep = b"".join(
            b"--b%d\r\n\r\nw%d\r\n--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i, i, i + 1)
            for i in range(20_000)
        )
        begin = time.process_time()
        message, problems = parse(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + deep)
        assert message.text.split()[:3] == ["w0", "w1", "w2"]
        assert any("parts" in problem for problem in problems)
        assert time.process_time() - begin < 3

    def test_ten_thousand_siblings_are_all_there(self):
        assert len(read(multipart("mixed", *[PNG] * 10_000)).attachments) == 10_000


class TestContentType:
    @pytest.mark.parametrize(
        "written",
        [
            "text",
            "text/",
            "plain/text",
            "",
            'text/plain; charset="utf-8',
            "TEXT/PLAIN",
            "text/plain;;charset=utf-8",
            "text/plain charset=utf-8",
            "charset=utf-8",
            "text/plain; charset=utf-8 (comment)",
            "nonsense",
            ";",
        ],
    )
    def test_a_broken_one_is_plain_text(self, written):
        assert read(mail("Tõde <b>", f"Content-Type: {written}")).text == "Tõde <b>"

    def test_html_is_a_type_of_its_own(self):
        assert read(mail("<b>words</b>", "Content-Type: html")).text == "words"

    def test_of_two_the_first_counts(self):
        assert read(mail("<b>", "Content-Type: text/plain", "Content-Type: text/html")).text == "<b>"

    def test_a_type_that_lies_is_believed(self):
        assert read(mail("<html><b>x</b></html>")).text == "<html><b>x</b></html>"


class TestText:
    @pytest.mark.parametrize("kind", ["text/x-whatever", "text/prs.acme", "text/x-amp"])
    def test_a_mail_that_is_all_of_an_unknown_sort_of_text_is_that_text(self, kind):
        assert parse(mail("Tõrge", f"Content-Type: {kind}; charset=utf-8"))[0].text == "Tõrge"

    @pytest.mark.parametrize("words", ["The parcel is broken.", "Hello there\nthe parcel is broken.\nMari"])
    def test_a_part_without_fields_is_all_text(self, words):
        raw = multipart("mixed", words, "Content-Type: application/pdf; name=a.pdf\n\n%PDF")
        assert parse(raw)[0].text.replace("\r\n", "\n") == words

    @pytest.mark.parametrize("kind", ["text/plain", "text/html"])
    def test_a_mail_that_is_all_attachment_still_says_its_words(self, kind):
        message, _ = parse(mail("Hello", f"Content-Type: {kind}", "Content-Disposition: attachment; filename=a"))
        assert (message.text, [file.filename for file in message.attachments]) == ("Hello", ["a"])

    def test_an_unknown_sort_of_text_counts_where_there_is_no_other(self):
        unknown = "Content-Type: text/x-whatever\n\nstrange"
        assert parse(multipart("mixed", unknown))[0].text == "strange"
        assert parse(multipart("mixed", "\nHello", unknown))[0].text == "Hello"

    def test_of_thousands_of_pages_all_words_are_kept(self):
        pages = [f"Content-Type: text/html\n\n<p>word{number}" for number in range(3000)]
        words = parse(multipart("mixed", *pages))[0].text.split()
        assert words == [f"word{number}" for number in range(3000)]

    def test_plain_parts_between_images_are_all_text_in_order(self):
        parts = [
            PLAIN + "one",
            PNG.replace("\n\n", "\nContent-Disposition: inline\n\n"),
            PLAIN + "two",
            PNG,
            PLAIN + "three",
        ]
        message = read(multipart("mixed", *parts))
        assert message.text.split() == ["one", "two", "three"]
        assert [attachment.inline for attachment in message.attachments] == [True, False]

    def test_nested_alternatives_have_one_text(self):
        inner = (
            f"Content-Type: multipart/alternative; boundary=i\n\n--i\n{PLAIN}words\n--i\n{HTML}<p>words</p>\n--i--\n"
        )
        message = read(multipart("alternative", PLAIN + "words", inner))
        assert message.text.strip() == "words"

    def test_a_page_with_its_pictures_beside_plain_text(self):
        related = (
            f"Content-Type: multipart/related; boundary=r\n\n--r\n{HTML}<p>page<img src='cid:i@x'></p>\n--r\n"
            "Content-Type: image/png\nContent-ID: <i@x>\n\nx\n--r--\n"
        )
        message = read(multipart("alternative", PLAIN + "words", related))
        assert (message.text.strip(), "page" in message.html) == ("words", True)
        assert [attachment.inline for attachment in message.attachments] == [True]

    def test_variants_for_watches_and_programs_are_neither_text_nor_files(self):
        parts = [PLAIN + "words", "Content-Type: text/watch-html\n\n<b>w</b>", "Content-Type: text/x-amp-html\n\n<a>"]
        message = read(multipart("alternative", *parts, HTML + "<p>words</p>"))
        assert (message.text.strip(), names(message)) == ("words", [])

    def test_a_page_with_a_name_and_its_pictures_is_the_text(self):
        page = 'Content-Type: text/html; name="page.html"\nContent-Location: page.html\n\n<p>words</p>'
        message = read(multipart("related", page, PNG.replace("\n\n", "\nContent-ID: <i@x>\n\n")))
        assert (message.text, names(message)) == ("words", ["a.png"])

    def test_of_related_parts_the_start_is_the_page(self):
        parts = [
            "Content-Type: text/html\nContent-ID: <b@x>\n\nframe",
            "Content-Type: text/html\nContent-ID: <a@x>\n\npage",
        ]
        raw = multipart("related", *parts).replace(b"related;", b'related; start="<a@x>";')
        assert (read(raw).text, len(read(raw).attachments)) == ("page", 1)

    def test_an_invitation_is_a_file_beside_the_words(self):
        calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nSUMMARY:Visit\nEND:VCALENDAR"
        message = read(multipart("alternative", PLAIN + "words", HTML + "<p>words</p>", calendar))
        assert (message.text.strip(), names(message)) == ("words", ["invite.ics"])

    def test_an_invitation_alone_says_what_it_is_about(self):
        words = "SUMMARY;LANGUAGE=et:Visiit\\, koju\r\nDESCRIPTION:Kell 10\\nToo ta\r\n gasi"
        body = f"BEGIN:VCALENDAR\r\n{words}\r\nEND:VCALENDAR"
        message = read(mail(body, content_type="text/calendar"))
        assert message.text == "Visiit, koju\nKell 10\nToo tagasi"

    def test_a_lone_text_with_a_name_is_the_text(self):
        assert read(mail("words", 'Content-Type: text/plain; name="note.txt"')).text == "words"

    def test_a_named_text_beside_another_is_a_file(self):
        named = 'Content-Type: text/plain; name="note.txt"\nContent-Disposition: inline\n\nnote'
        message = read(multipart("mixed", PLAIN + "words", named))
        assert (message.text.strip(), names(message)) == ("words", ["note.txt"])

    def test_a_named_text_alone_beside_a_picture_is_the_text_and_a_file(self):
        message = read(multipart("mixed", 'Content-Type: text/plain; name="note.txt"\n\nwords', PNG))
        assert (message.text.strip(), names(message)) == ("words", ["note.txt", "a.png"])

    def test_the_commands_of_enriched_text_are_no_words(self):
        body = "<bold>Now</bold> is\nthe <<time>\n\n<param>red</param>gone"
        assert read(mail(body, content_type="text/enriched")).text == "Now is the <time>\ngone"

    def test_of_a_report_the_first_text_is_the_text(self):
        message = read(
            multipart(
                "report",
                PLAIN + "sorry",
                "Content-Type: message/delivery-status\n\nReporting-MTA: x",
                PLAIN + "the mail that came back",
            )
        )
        assert (message.text.strip(), len(message.attachments)) == ("sorry", 2)

    def test_signed_text_is_read_without_its_armour(self):
        body = (
            "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nwords\r\n- -- \r\nMari\r\n"
            "-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n-----END PGP SIGNATURE-----\r\n"
        )
        assert read(mail(body)).text == "words\n-- \nMari"

    def test_preamble_and_epilogue_are_no_text(self):
        raw = raw_multipart("multipart/mixed; boundary=b", "You need MIME\n--b\n\nwords\n--b--\nend\n")
        assert read(raw).text == "words"

    def test_flowed_lines_with_deleted_spaces_and_stuffing_are_whole(self):
        flowed = "Content-Type: text/plain; format=flowed; delsp=yes"
        assert read(mail("wo \r\nrds\r\n From here\r\n>> old \r\n>> one\r\n> two", flowed)).text == (
            "words\nFrom here\n>> oldone\n> two"
        )

    def test_an_encrypted_mail_says_nothing_and_has_its_parts(self):
        message = read(
            multipart(
                "encrypted",
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN",
            )
        )
        assert (message.text, len(message.attachments)) == ("", 2)

    def test_a_detached_signature_is_a_file(self):
        message = read(multipart("signed", PLAIN + "words", "Content-Type: application/pgp-signature\n\n-----BEGIN"))
        assert (message.text.strip(), names(message)) == ("words", ["signature.asc"])


class TestFiles:
    def test_a_forwarded_mail_is_named_after_its_subject_and_keeps_its_bytes(self):
        inner = "Subject: =?utf-8?q?M=C3=B5lk?= 1/2\n\ninner words"
        message = read(multipart("mixed", PLAIN + "words", f"Content-Type: message/rfc822\n\n{inner}"))
        assert names(message) == ["Mõlk 1_2.eml"]
        assert message.attachments[0].content == inner.replace("\n", "\r\n").encode()
        assert message.attachments[0].size == len(inner) + 2

    def test_a_forwarded_mail_in_base64_is_decoded(self):
        inner = base64.b64encode(b"Subject: Old\r\n\r\nx").decode()
        message = read(
            multipart("mixed", f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}")
        )
        assert (names(message), message.attachments[0].size) == (["Old.eml"], 17)

    def test_the_parts_of_a_digest_are_mails(self):
        message = read(multipart("digest", "\nSubject: one\n\nx", "\nSubject: two\n\ny"))
        assert names(message) == ["one.eml", "two.eml"]

    @pytest.mark.parametrize(
        "kind",
        [
            "message/partial; number=1",
            "message/external-body; access-type=ftp",
            "application/mac-binhex40",
            "text/csv",
            "text/x-vcard",
            "text/calendar",
        ],
    )
    def test_what_is_no_text_is_a_file(self, kind):
        message = read(multipart("mixed", PLAIN + "words", f"Content-Type: {kind}\n\nx"))
        assert (message.text.strip(), len(message.attachments)) == ("words", 1)

    def test_files_of_one_name_are_two_files(self):
        assert names(read(multipart("mixed", PNG, PNG))) == ["a.png", "a.png"]

    def test_an_empty_file_is_a_file(self):
        message = read(multipart("mixed", "Content-Type: application/pdf; name=a.pdf\n\n"))
        assert [(a.filename, a.size) for a in message.attachments] == [("a.pdf", 0)]

    def test_both_forks_of_a_macintosh_file_are_files(self):
        inner = (
            "Content-Type: multipart/appledouble; boundary=d\n\n--d\nContent-Type: application/applefile\n\nr\n--d\n"
            "Content-Type: image/jpeg; name=a.jpg\n\nj\n--d--\n"
        )
        assert len(read(multipart("mixed", PLAIN + "words", inner)).attachments) == 2

    @pytest.mark.parametrize(
        ("headers", "inline"),
        [
            ("Content-ID: <i@x>", True),
            ("Content-ID: <other@x>", False),
            ("Content-Disposition: inline", True),
            ("Content-ID: <i@x>\nContent-Disposition: attachment", False),
            ("Content-Disposition: attachement; filename=a.png", False),
        ],
    )
    def test_what_the_page_shows_is_inline(self, headers, inline):
        page = HTML + "<img src='cid:i@x'>"
        message = read(multipart("mixed", page, f"Content-Type: image/png\n{headers}\n\nx"))
        assert [attachment.inline for attachment in message.attachments] == [inline]

    @pytest.mark.parametrize(
        ("headers", "name"),
        [
            ("Content-Disposition: attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
            ("Content-Disposition: attachment; filename*0*=utf-8'et'%C3%B5; filename*1=x.pdf", "õx.pdf"),
            ("Content-Disposition: attachment; filename*=''a%20b.pdf", "a b.pdf"),
            ("Content-Disposition: attachment; filename*=koi8-r''%D7.pdf", "в.pdf"),
            ('Content-Disposition: attachment; filename="a\n b.pdf"', "a b.pdf"),
            ('Content-Disposition: attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
            ("Content-Disposition: attachment; filename=my file.pdf; size=3", "my file.pdf"),
            ('Content-Disposition: attachment; filename="open.pdf', "open.pdf"),
            ('Content-Disposition: attachment; filename="a;b.pdf"', "a;b.pdf"),
            ('Content-Disposition: attachment; filename="📦.pdf"', "📦.pdf"),
            ('Content-Disposition: attachment; filename="=?utf-8?b?w7U=?= =?utf-8?b?w7U=?=.pdf"', "õõ.pdf"),
            ("Content-Disposition: attachment\nContent-Type: application/pdf; name=given.pdf", "given.pdf"),
            ("Content-Type: application/x-unheard", "attachment-1"),
        ],
    )
    def test_names_are_read_in_every_notation(self, headers, name):
        kind = "" if "Content-Type" in headers else "Content-Type: application/pdf\n"
        assert names(read(multipart("mixed", f"{kind}{headers}\n\nx"))) == [name]

    def test_a_raw_name_is_read(self):
        part = 'Content-Type: application/pdf; name="Счёт за чайник.pdf"\r\n\r\nx'.encode("cp1251")
        assert names(read(multipart("mixed", part))) == ["Счёт за чайник.pdf"]

    def test_a_long_name_keeps_its_extension(self):
        name = names(read(multipart("mixed", f"Content-Type: application/pdf; name={'a' * 999}.pdf\n\nx")))[0]
        assert name.endswith("a.pdf")
        assert len(name) == 200


@given(st.binary(max_size=400))
def test_no_bytes_raise(data):
    dissect(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + data)
    dissect(data)


@given(
    st.lists(
        st.sampled_from(
            [
                b"--b",
                b"--b--",
                b"\r\n",
                b"Content-Type: multipart/mixed; boundary=b",
                b"Content-Type: text/html",
                b"x",
                b"--",
                b"\r",
                b"Content-Type: message/rfc822",
                b"Content-Transfer-Encoding: base64",
                b"Content-Disposition: attachment",
                b" ",
                b"\n",
            ]
        )
    )
)
def test_no_order_of_borders_and_headers_raises(pieces):
    dissect(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"".join(pieces))
