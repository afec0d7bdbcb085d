"""Mails that Outlook wraps in winmail.dat, and mails inside an S/MIME signature."""

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.message import Message
from mailbot.reading.mime.parse import parse
from mailbot.reading.mime.rtf import unpacked_rtf
from mailbot.reading.mime.signed import signed_content
from mailbot.reading.mime.tnef import unwrap
from tests.reading.mails import mail, multipart

PLAIN, HTML, RTF, LONG_NAME, CONTENT_ID = 0x1000, 0x1013, 0x1009, 0x3707, 0x3712


def attribute(number: int, content: bytes) -> bytes:
    return struct.pack("<BHHI", 1, number, 6, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def properties(*given: tuple[int, bytes | str]) -> bytes:
    data = struct.pack("<IHHI", len(given) + 1, 3, 0x0E07, 1)  # a number before them, which is passed over
    for name, value in given:
        kind, content = (0x1F, f"{value}\0".encode("utf-16-le")) if isinstance(value, str) else (0x102, value)
        data += struct.pack("<HHII", kind, name, 1, len(content)) + content + bytes(-len(content) % 4)
    return data


def tnef(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def plain_rtf(rtf: bytes) -> bytes:
    return struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def file(name: str, content: bytes) -> tuple[bytes, ...]:
    return (
        attribute(0x9002, b"\0" * 14),
        attribute(0x8010, b"SHORT~1.PDF\0"),
        attribute(0x800F, content),
        attribute(0x9005, properties((LONG_NAME, name))),
    )


def outlook(data: bytes, text: str = "") -> Message:
    wrapping = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    return parse(multipart("mixed", f"Content-Type: text/plain\n\n{text}", wrapping + base64.b64encode(data).decode()))[
        0
    ]


def test_the_files_in_the_wrapping_are_the_attachments():
    message = outlook(tnef(*file("Mõlkis külmik.pdf", b"%PDF-"), *file("pilt.jpg", b"\xff\xd8")), "words")
    assert [(a.filename, a.content_type, a.content) for a in message.attachments] == [
        ("Mõlkis külmik.pdf", "application/pdf", b"%PDF-"),
        ("pilt.jpg", "image/jpeg", b"\xff\xd8"),
    ]
    assert message.text.strip() == "words"


def test_the_words_in_the_wrapping_count_only_if_the_mail_has_none():
    wrapped = tnef(attribute(0x9003, properties((PLAIN, "wrapped words"))))
    assert outlook(wrapped).text.strip() == "wrapped words"
    assert outlook(wrapped, "own words").text.strip() == "own words"


def test_a_page_in_the_wrapping_is_read():
    message = outlook(tnef(attribute(0x9003, properties((HTML, b"<p>wrapped <b>page</b></p>")))))
    assert (message.text, message.html) == ("wrapped page", "<p>wrapped <b>page</b></p>")


def test_formatted_text_in_the_wrapping_is_read():
    rtf = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\f0 Broken \'d7\'e0\'e9\par twice \u8364?5}"
    assert outlook(tnef(attribute(0x9003, properties((RTF, plain_rtf(rtf)))))).text == "Broken Чай\ntwice €5"


def test_a_page_wrapped_in_formatted_text_is_a_page():
    opened, closed = rb"{\*\htmltag64 <p>}\htmlrtf {\f0 \htmlrtf0 ", rb"{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0 "
    rtf = rb"{\rtf1\ansi\fromhtml1 " + opened + b"one" + closed + b"two}"
    assert unpacked_rtf(plain_rtf(rtf)) == ("<p>one</p>two", True)


def test_compressed_text_is_expanded():
    """The example of MS-OXRTFCP section 3.1.1."""
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked_rtf(data) == ("hello world", False)


@pytest.mark.parametrize("inside", [b"", b"damaged" * 10, attribute(0x9007, struct.pack("<I", 1252))])
def test_a_wrapping_from_which_nothing_comes_out_is_a_file(inside):
    content = base64.encodebytes(tnef(inside)).decode()
    head = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    message = parse(multipart("mixed", "Content-Type: text/plain\n\nHello", head + content))[0]
    assert [(file.filename, file.size) for file in message.attachments] == [("winmail.dat", len(tnef(inside)))]


def test_a_wrapping_that_is_none_is_a_file():
    message = outlook(b"no wrapping", "words")
    assert [a.filename for a in message.attachments] == ["winmail.dat"]


@given(st.binary(max_size=300))
def test_no_wrapping_raises(data):
    unwrap(struct.pack("<IH", 0x223E9F78, 1) + data)
    unpacked_rtf(data)
    unpacked_rtf(struct.pack("<IIII", 99, 99, 0x75465A4C, 0) + data)


def der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    length = bytes((size,)) if size < 128 else bytes((0x84,)) + size.to_bytes(4, "big")
    return bytes((tag,)) + length + content


def indefinite(tag: int, *contents: bytes) -> bytes:
    return bytes((tag, 0x80)) + b"".join(contents) + b"\0\0"


def signature(octets: bytes, build=der) -> bytes:
    signed_data, data = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
    inner = build(0x30, data, build(0xA0, octets))
    return build(0x30, signed_data, build(0xA0, build(0x30, b"\x02\x01\x01", der(0x31), inner, der(0x31))))


INNER = multipart("mixed", "\nsigned words", "Content-Type: image/png; name=a.png\n\nx")


@pytest.mark.parametrize("build", [der, indefinite])
@pytest.mark.parametrize(
    "octets", [der(0x04, INNER), der(0x24, der(0x04, INNER[:50]), der(0x04, INNER[50:]))], ids=["whole", "in pieces"]
)
def test_the_mail_inside_a_signature_is_read(octets, build):
    content = base64.encodebytes(signature(octets, build))
    kind = "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
    message, _ = parse(mail(content, kind, "Content-Transfer-Encoding: base64"))
    assert message.text == "signed words"
    assert [a.filename for a in message.attachments] == ["a.png"]


def test_what_is_encrypted_is_a_file():
    message, _ = parse(mail(b"\x30\x03\x02\x01\x01", "Content-Type: application/pkcs7-mime; name=smime.p7m"))
    assert ([a.filename for a in message.attachments], message.text) == (["smime.p7m"], "")


@given(st.binary(max_size=300))
def test_no_signature_raises(data):
    signed_content(data)
    signed_content(signature(data))
