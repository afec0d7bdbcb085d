import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.mime.parse import parse
from mailbot.reading.mime.transfer import decoded_content, from_base64, from_quoted_printable
from tests.reading.mails import mail

DATA = bytes(range(200))
LETTERS = base64.b64encode(DATA)


def uuencoded(data: bytes, name: str = "a.bin") -> bytes:
    lines = b"".join(binascii.b2a_uu(data[start : start + 45]) for start in range(0, len(data), 45))
    return b"begin 644 %s\n" % name.encode() + lines + b"`\nend\n"


@pytest.mark.parametrize(
    "written",
    [
        LETTERS,
        base64.encodebytes(DATA),
        b" ".join(LETTERS[start : start + 10] for start in range(0, len(LETTERS), 10)),
        LETTERS.rstrip(b"="),
        LETTERS + b"=",
        LETTERS + b"\n\nScanned by the gate, all is well.\n",
        LETTERS + b"\n--\nfooter",
        LETTERS[:40] + b"!*\x80" + LETTERS[40:],
        base64.b64encode(DATA[:100]) + base64.b64encode(DATA[100:]),
    ],
)
def test_base64_is_read_however_broken(written):
    assert from_base64(written) == DATA


@pytest.mark.parametrize("encoding", ["base64", "x-uuencode"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text/plain", "Hello, the parcel (of May) is broken!\nPlease answer."),
        ("text/plain", "Hello,\n\nthe parcel is broken."),
        ("text/plain", "Tere! Pakk on katki, palun vastake.\n\nMari"),
        ("text/html", "<p>The parcel is broken</p>"),
    ],
)
def test_plain_words_with_the_label_of_an_encoding_are_shown_as_they_are(kind, words, encoding):
    raw = mail(words, f"Content-Type: {kind}; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    message = parse(raw)[0]
    assert (message.html or message.text).replace("\r\n", "\n") == words


@pytest.mark.parametrize("footer", ["-- \nThis list is run by Acme.", "______\nwww.acme.example for more of it"])
def test_a_short_text_in_base64_above_the_footer_of_a_list_is_decoded(footer):
    raw = mail(f"SGVsbG8hIQ==\n\n{footer}", "Content-Transfer-Encoding: base64")
    assert parse(raw)[0].text == "Hello!!"


def test_of_base64_cut_short_the_whole_bytes_are_read():
    assert from_base64(LETTERS[:41]) == DATA[:30]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"a=C3=B5b", "aõb".encode()),
        (b"a=c3=b5b", "aõb".encode()),
        (b"soft=\r\nbreak", b"softbreak"),
        (b"soft=  \nbreak", b"softbreak"),
        (b"end=", b"end"),
        (b"1 = 2 =ZZ", b"1 = 2 =ZZ"),
        (b"a==3D", b"a=="),
        ("raw õ =3D".encode(), "raw õ =".encode()),
    ],
)
def test_quoted_printable_is_read_however_broken(written, read):
    assert from_quoted_printable(written) == read


@pytest.mark.parametrize("encoding", ["7-bit", "8 bit", "binary", "unknown", "", "8bit;", "none"])
def test_an_encoding_that_is_none_changes_nothing(encoding):
    assert decoded_content(b"a=3D", encoding) == b"a=3D"


@pytest.mark.parametrize("encoding", ["BASE64", "base64 (as ever)", '"base64"', "base64;"])
def test_the_name_of_an_encoding_is_found(encoding):
    assert (
        parse(mail(LETTERS[:12], f"Content-Transfer-Encoding: {encoding}", "Content-Type: image/png"))[0]
        .attachments[0]
        .content
        == DATA[:9]
    )


@pytest.mark.parametrize("encoding", ["x-uue", "x-uuencode", "uuencode"])
def test_an_encoding_of_old_is_read(encoding):
    message, _ = parse(
        mail(uuencoded(DATA), f"Content-Transfer-Encoding: {encoding}", "Content-Type: image/png; name=a")
    )
    assert message.attachments[0].content == DATA


def test_a_file_inside_a_text_is_a_file_and_the_text_stays():
    message, _ = parse(mail(b"before\n" + uuencoded(DATA, "pilt 1.png") + b"after\n"))
    assert message.text == "before\nafter\n"
    assert [(a.filename, a.content_type, a.content) for a in message.attachments] == [("pilt 1.png", "image/png", DATA)]


@pytest.mark.parametrize("words", ["begin 644 the journey\nof a thousand miles", "begin 644 x\nbegin 644 y\nend of it"])
def test_words_that_look_like_the_beginning_of_a_file_stay(words):
    message, _ = parse(mail(words))
    assert (message.text, message.attachments) == (words, ())


def test_spaces_that_a_relay_stripped_are_put_back():
    data = bytes(45)
    stripped = b"\n".join(line.replace(b"`", b" ").rstrip() for line in uuencoded(data).split(b"\n")[:-3])
    assert parse(mail(stripped + b"\nend\n"))[0].attachments[0].content == data


@given(st.binary())
def test_what_is_encoded_by_the_book_comes_back(data):
    assert from_base64(base64.encodebytes(data)) == data
    assert decoded_content(uuencoded(data), "x-uuencode") == data


@given(st.binary(), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "7bit"]))
def test_no_content_raises(data, encoding):
    decoded_content(data, encoding)
