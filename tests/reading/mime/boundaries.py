"""Boundaries of every sort, and multiparts whose boundaries are damaged."""

from .row import PDF, Row, b64, letter
from .structure import SAID, TEXT

PAPER = (
    "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}"
)
BILL = [("bill.pdf", len(PDF), False)]


def bounded(id: str, parameter: str, line: str, end: str | None = None) -> Row:
    """Text and a paper between the lines."""
    last = line + "--" if end is None else end
    body = f"{line}\n{TEXT}{line}\n{PAPER}{last}\n"
    return letter(
        f"boundary-{id}", f"Content-Type: multipart/mixed; {parameter}\n\n{body}", text=SAID, attachments=BILL
    )


def damaged(id: str, body: str, **expected: object) -> Row:
    return letter(f"boundary-{id}", f'Content-Type: multipart/mixed; boundary="bnd"\n\n{body}', **expected)


MAILS = (
    bounded("token", "boundary=abc", "--abc"),
    bounded("quoted", 'boundary="abc def"', "--abc def"),
    bounded("of-all-characters", 'boundary="a\'()+_,-./:=?z"', "--a'()+_,-./:=?z"),
    bounded("of-outlook", 'boundary="----=_NextPart_000_0001_01CF6D.A1B2"', "------=_NextPart_000_0001_01CF6D.A1B2"),
    bounded("of-apple", "boundary=Apple-Mail-2--931", "--Apple-Mail-2--931"),
    bounded("of-dashes", 'boundary="--------------"', "----------------"),
    bounded("with-special-unquoted", "boundary=----=_Part_1.2", "------=_Part_1.2"),
    bounded("with-slash-unquoted", "boundary=a/b:c", "--a/b:c"),
    bounded("folded", '\n\tboundary="abc"', "--abc"),
    bounded("capitals", 'BOUNDARY="aBc"', "--aBc"),
    bounded("spaces-around-equals", 'boundary = "abc"', "--abc"),
    bounded("after-charset", 'charset="utf-8"; boundary="abc"', "--abc"),
    bounded("of-seventy", f'boundary="{"x" * 70}"', "--" + "x" * 70),
    bounded("of-two-hundred", f'boundary="{"x" * 200}"', "--" + "x" * 200),
    bounded("with-spaces-after-it", 'boundary="abc"', "--abc  ", "--abc--"),
    bounded("with-spaces-after-its-end", 'boundary="abc"', "--abc", "--abc--   "),
    bounded("ends-with-space-in-parameter", 'boundary="abc "', "--abc"),
    bounded("trailing-semicolon", 'boundary="abc";', "--abc"),
    bounded("twice", 'boundary="abc"; boundary="abc"', "--abc"),
    bounded("2231", "boundary*=us-ascii''abc%20d", "--abc d"),
    bounded("2231-pieces", 'boundary*0="ab"; boundary*1="c"', "--abc"),
    bounded("escaped", r'boundary="a\"b"', '--a"b'),
    bounded("of-digits", "boundary=0016e6d", "--0016e6d"),
    bounded("that-looks-like-a-word", 'boundary="=_?utf-8?Q?x"', "--=_?utf-8?Q?x"),
    bounded("end-missing", 'boundary="abc"', "--abc", ""),
    bounded("with-a-comment", 'boundary="abc" (mailer)', "--abc"),
    bounded("no-closing-quote", 'boundary="abc', "--abc"),
    damaged("one-part-without-end", f"--bnd\n{TEXT}", text=SAID),
    damaged("cut-in-an-attachment", f"--bnd\n{TEXT}--bnd\n{PAPER[:150]}", text=SAID, count=1),
    damaged("cut-in-the-fields-of-a-part", f"--bnd\n{TEXT}--bnd\nContent-Type: applica", text=SAID),
    damaged(
        "similar-line-in-the-text",
        "--bnd\nContent-Type: text/plain\n\nOne\n--bndx\n-- bnd\nTwo\n--bnd--\n",
        has=["One", "Two"],
    ),
    damaged("text-after-the-end", f"--bnd\n{TEXT}--bnd--\n\nSent by a relay.\n", text=SAID),
    damaged("end-twice", f"--bnd\n{TEXT}--bnd--\n--bnd--\n", text=SAID, attachments=[]),
    damaged("part-after-the-end", f"--bnd\n{TEXT}--bnd--\n--bnd\n{PAPER}--bnd--\n", has=[SAID]),
    damaged(
        "never-in-the-body", "My parcel is broken.\nPlease answer.\n", has=["My parcel is broken.", "Please answer."]
    ),
    damaged("body-empty", "", text="", attachments=[]),
    damaged("only-the-end", "--bnd--\n", text="", attachments=[]),
    letter("boundary-missing-parameter", f"Content-Type: multipart/mixed\n\n--bnd\n{TEXT}--bnd--\n", has=[SAID]),
    letter(
        "boundary-empty-parameter", f'Content-Type: multipart/mixed; boundary=""\n\n--bnd\n{TEXT}--bnd--\n', has=[SAID]
    ),
    letter(
        "boundary-inner-end-missing",
        'Content-Type: multipart/mixed; boundary="out"\n\n--out\nContent-Type: multipart/alternative; boundary="in"\n\n'
        f"--in\n{TEXT}--in\nContent-Type: text/html\n\n<p>{SAID}</p>\n--out\n{PAPER}--out--\n",
        text=SAID,
        attachments=BILL,
    ),
    letter(
        "boundary-inner-is-longer",
        'Content-Type: multipart/mixed; boundary="abc"\n\n--abc\n'
        'Content-Type: multipart/alternative; boundary="abcd"\n\n'
        f"--abcd\n{TEXT}--abcd\nContent-Type: text/html\n\n<p>{SAID}</p>\n--abcd--\n--abc\n{PAPER}--abc--\n",
        text=SAID,
        attachments=BILL,
    ),
    letter(
        "boundary-inner-is-shorter",
        'Content-Type: multipart/mixed; boundary="abcd"\n\n--abcd\n'
        'Content-Type: multipart/alternative; boundary="abc"\n\n'
        f"--abc\n{TEXT}--abc\nContent-Type: text/html\n\n<p>{SAID}</p>\n--abc--\n--abcd\n{PAPER}--abcd--\n",
        text=SAID,
        attachments=BILL,
    ),
    letter(
        "boundary-after-no-semicolon",
        f'Content-Type: multipart/mixed boundary="bnd"\n\n--bnd\n{TEXT}--bnd--\n',
        has=[SAID],
    ),
    letter(
        "boundary-after-a-comma", f'Content-Type: multipart/mixed, boundary="bnd"\n\n--bnd\n{TEXT}--bnd--\n', has=[SAID]
    ),
    letter(
        "boundary-in-a-line-not-indented",
        f'Content-Type: multipart/mixed;\nboundary="bnd"\n\n--bnd\n{TEXT}--bnd--\n',
        has=[SAID],
    ),
    damaged("part-of-text-without-blank-line", f"--bnd\n{SAID}\n--bnd\n{PAPER}--bnd--\n", has=[SAID], attachments=BILL),
    letter(
        "boundary-directly-after-fields",
        f'Content-Type: multipart/mixed; boundary="bnd"\n\n--bnd\n{TEXT}--bnd\n{PAPER}--bnd--',
        text=SAID,
        attachments=BILL,
    ),
)
