"""The bytes of our mails, read back by another's parser."""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from email.header import Header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.errors import PermanentError
from mailbot.core.message import Address, Attachment
from mailbot.mail.compose import compose, is_sendable, new_message_id, safe_filename
from mailbot.mail.templates import Rendered

PLAIN = Rendered("Re: Late [AP-1]", "Hello,\n\nfrom us.\n.\nFrom here on\n", "<p>Hello</p>")
PICTURE = Attachment("p.png", "image/png", 4, "", inline=True, content_id="<p1@x>", content=b"\x89PNG")
REPORT = Attachment("report.pdf", "application/pdf", 4, "", inline=False, content=b"%PDF")


def composed(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "rendered": PLAIN,
        "from_": Address("Acme Support", "support@acme.example"),
        "to": Address("Liis Kask", "liis@mail.example"),
        "cc": (),
        "reply_to": None,
        "message_id": "r4nd0m@acme.example",
        "date": datetime(2026, 3, 9, 7, 42, tzinfo=UTC),
        "in_reply_to": None,
        "references": (),
        "auto_submitted": None,
        "attachments": (),
        "desk_address": "support@acme.example",
        "language": "en",
    }
    return compose(**(values | changes))


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def text_of(raw: bytes, subtype: str = "plain") -> str:
    return read(raw).get_body((subtype,)).get_content().replace("\r\n", "\n")


def header_lines(raw: bytes) -> list[str]:
    return raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def header_names(raw: bytes) -> list[str]:
    return [line.partition(":")[0] for line in header_lines(raw) if not line.startswith((" ", "\t"))]


def types(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


# Headers


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab ,;:"\\()<>@[]=?_-', min_size=1, max_size=120))
def test_a_plain_subject_stands_as_the_standard_library_writes_it(subject):
    words = " ".join(subject.split())
    charset = "utf-8" if "=?" in words else "us-ascii"
    written = Header(words, charset, header_name="Subject", maxlinelen=76).encode(linesep="\r\n")
    raw = composed(rendered=Rendered(subject, "text", "<p>page</p>"))
    assert (f"Subject: {written}\r\n".encode() in raw) is bool(words)


def test_equal_moments_are_dated_by_their_own_clocks():
    utc, tallinn = datetime(2026, 3, 9, 7, 42, tzinfo=UTC), timezone(timedelta(hours=2))
    assert b"Date: Mon, 09 Mar 2026 07:42:00 +0000\r\n" in composed(date=utc)
    assert b"Date: Mon, 09 Mar 2026 09:42:00 +0200\r\n" in composed(date=utc.astimezone(tallinn))


def test_an_answer_carries_its_headers():
    message = read(composed(in_reply_to="a@mail.example", references=("z@mail.example", "a@mail.example")))
    assert message["From"] == "Acme Support <support@acme.example>"
    assert message["Date"] == "Mon, 09 Mar 2026 07:42:00 +0000"
    assert message["Message-ID"] == "<r4nd0m@acme.example>"
    assert message["In-Reply-To"] == "<a@mail.example>"
    assert message["References"] == "<z@mail.example> <a@mail.example>"
    assert message["X-Mailbot"] == "support@acme.example"
    assert message["Content-Language"] == "en"
    assert "Auto-Submitted" not in message
    assert "X-Auto-Response-Suppress" not in message


@pytest.mark.parametrize("keyword", ["auto-replied", "auto-generated"])
def test_automatic_mail_says_so(keyword):
    message = read(composed(auto_submitted=keyword))
    assert message["Auto-Submitted"] == keyword
    assert message["X-Auto-Response-Suppress"] == "All"


def test_every_recipient_and_the_reply_address_stand_in_their_headers():
    message = read(
        composed(
            cc=(Address("", "jaan@mail.example"), Address("Kask, Office", "office@kask.example")),
            reply_to=Address("Acme Support", "support+t0ken@acme.example"),
        )
    )
    assert [a.addr_spec for a in message["Cc"].addresses] == ["jaan@mail.example", "office@kask.example"]
    assert message["Cc"].addresses[1].display_name == "Kask, Office"
    assert message["Reply-To"].addresses[0].addr_spec == "support+t0ken@acme.example"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_name_and_subject_are_read_back_and_add_nothing(text):
    raw = composed(from_=Address(text, "support@acme.example"), rendered=Rendered(text, "x", "<p>x</p>"))
    assert set(header_names(raw)) <= set(header_names(composed()))
    message = read(raw)
    assert [a.addr_spec for a in message["From"].addresses] == ["support@acme.example"]
    assert all(len(line) <= 100 for line in header_lines(raw))


@pytest.mark.parametrize(
    "name",
    [
        "Tamm, Mari",
        'Mari "M" Tamm',
        "Õnne Küüs, AS",
        "مینا، رستمی",
        "a <b@c.example>",
        "=?utf-8?q?evil=40x?=",
        "Mari\\",
    ],
)
def test_a_name_means_itself(name):
    address = read(composed(from_=Address(name, "support@acme.example")))["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == (name, "support@acme.example")


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00"])
def test_no_header_can_be_injected(line_end):
    evil = f"Late{line_end}Bcc: eve@evil.example{line_end}{line_end}<b>"
    raw = composed(
        rendered=Rendered(evil, "x", "x"),
        from_=Address(evil, "support@acme.example"),
        to=Address(evil, "liis@mail.example"),
        desk_address=evil,
        in_reply_to=evil,
        references=(evil, "fine@mail.example"),
        attachments=(Attachment(evil, evil, 1, "", inline=False, content=b"x", content_id=evil),),
    )
    assert "Bcc" not in header_names(raw)
    message = read(raw)
    assert message["Bcc"] is None
    assert message["References"] == "<fine@mail.example>"
    assert all(part["Bcc"] is None for part in message.walk())


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.c>"]
)
def test_what_is_no_address_is_refused(address):
    assert not is_sendable(Address("", address))
    with pytest.raises(PermanentError, match="this is not an address"):
        composed(to=Address("", address))


@pytest.mark.parametrize("address", ["õie@näide.example", "مینا@mail.example", '"a b"@mail.example', "a@[192.0.2.1]"])
def test_unusual_addresses_survive(address):
    raw = composed(to=Address("", address))
    assert f"To: {address}" in header_lines(raw)


def test_long_ids_are_never_encoded():
    long = "x" * 300 + "@mail.example"
    assert f"References: <{long}>" in header_lines(composed(references=(long,)))


def test_a_long_conversation_keeps_its_first_and_last_ids():
    references = tuple(f"{n}@mail.example" for n in range(200))
    kept = read(composed(references=references))["References"].split()
    assert kept == [f"<{n}@mail.example>" for n in (0, *range(191, 200))]


def test_a_long_subject_is_folded_and_read_back():
    for subject in ("Late " * 40, "Опоздание " * 20):
        raw = composed(rendered=Rendered(subject.strip(), "x", "x"))
        assert read(raw)["Subject"] == subject.strip()
        assert max(map(len, header_lines(raw))) <= 78


def test_ids_are_made_of_the_random_part_and_the_domain():
    assert new_message_id("abc", "acme.example") == "abc@acme.example"
    assert new_message_id("abc", "näide.example") == "abc@xn--nide-loa.example"


# Bodies


def test_both_texts_are_read_back():
    assert types(read(composed())) == ["multipart/alternative", "text/plain", "text/html"]
    assert text_of(composed()) == PLAIN.text
    assert text_of(composed(), "html") == PLAIN.html


@pytest.mark.parametrize(
    "text",
    [
        "شکایت شما رسید.\n" * 30,
        "Žal nam je.\n" * 30,
        "x" * 2000 + "\n",
        "end \n\t\n",
        "=20\n",
        ".\n..\nFrom here on\n",
        *("x" * length + end for length in (73, 74, 75, 76) for end in (" \n", "é\n", "=\n", "\n")),
    ],
)
def test_texts_of_every_script_travel_unaltered_in_short_ascii_lines(text):
    raw = composed(rendered=Rendered("s", text, f"<p>{text}</p>"))
    assert text_of(raw) == text
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_lone_surrogate_does_not_stop_a_mail():
    assert text_of(composed(rendered=Rendered("s\ud800", "a\ud800b", "x"))) == "a?b"


def test_pictures_that_the_page_shows_are_related_and_others_attached():
    shown = Rendered("s", "t", '<p>See <img src="cid:p1@x" alt="parcel"></p>')
    message = read(composed(rendered=shown, attachments=(PICTURE, REPORT)))
    assert types(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<p1@x>"
    assert picture.get_content() == PICTURE.content
    assert [part.get_filename() for part in message.iter_attachments()] == ["report.pdf"]


def test_a_picture_that_the_page_does_not_show_is_attached():
    message = read(composed(attachments=(PICTURE,)))
    assert types(message) == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "image/png"]


@pytest.mark.parametrize("content_type", ["message/rfc822", "multipart/mixed", "nonsense", "text/html; charset=x", ""])
def test_types_that_must_not_be_encoded_or_are_none_are_sent_as_bytes(content_type):
    message = read(composed(attachments=(Attachment("mail.eml", content_type, 1, "", inline=False, content=b"x"),)))
    assert types(message)[-1] == "application/octet-stream"
    assert [part.get_content() for part in message.iter_attachments()] == [b"x"]


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\parcel.jpg", "parcel.jpg"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\r\nb.txt", "a b.txt"),
        ("..", "attachment"),
        ("", "attachment"),
        ("x" * 500 + ".jpg", "x" * 116 + ".jpg"),
        ("عکس بسته.jpg", "عکس بسته.jpg"),
        ('say "hi"; x=y.txt', 'say "hi"; x=y.txt'),
    ],
)
def test_file_names_are_names_only(filename, shown):
    assert safe_filename(filename) == shown
    message = read(composed(attachments=(Attachment(filename, "image/jpeg", 1, "", inline=False, content=b"x"),)))
    assert [part.get_filename() for part in message.iter_attachments()] == [shown]


def test_the_same_inputs_give_the_same_bytes_and_another_id_other_boundaries():
    again = {"rendered": PLAIN, "attachments": (PICTURE, REPORT)}
    assert composed(**again) == composed(**again)
    one, other = read(composed(**again)), read(composed(**again, message_id="other@acme.example"))
    assert one.get_boundary() != other.get_boundary()
