"""Attached things: their sizes, whether they stand inside the text, and files in the text itself (uuencode)."""

from binascii import b2a_uu

from .row import PDF, PNG, Row, b64, letter, qp
from .structure import SAID, TEXT, multi

DATA = bytes(range(256)) * 3


def uu(data: bytes) -> str:
    """Lines of uuencoded data."""
    lines = (b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45))
    return "".join(lines) + "`\nend\n"


def attached(id: str, part: str, name: str | None, size: int | None, inline: bool | None = False) -> Row:
    return letter(f"attached-{id}", multi("mixed", TEXT, part), text=SAID, attachments=[(name, size, inline)])


def binary(value: str, content: str, transfer: str = "base64") -> str:
    return (
        f"Content-Type: application/octet-stream\nContent-Transfer-Encoding: {transfer}\n"
        f"Content-Disposition: {value}\n\n{content}"
    )


ONE_LINE = b64(DATA).replace("\n", "")
IMAGE = f"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n{{}}\n{b64(PNG)}"

MAILS = (
    attached("base64", binary("attachment; filename=a.bin", b64(DATA)), "a.bin", 768),
    attached("base64-one-line", binary("attachment; filename=a.bin", ONE_LINE + "\n"), "a.bin", 768),
    attached("base64-blank-lines-after", binary("attachment; filename=a.bin", b64(DATA) + "\n\n\n"), "a.bin", 768),
    attached(
        "base64-spaces-before", binary("attachment; filename=a.bin", b64(DATA).replace("\n", "\n ")), "a.bin", 768
    ),
    attached("base64-without-padding", binary("attachment; filename=a.bin", b64(b"abcd").replace("=", "")), "a.bin", 4),
    attached("base64-cut", binary("attachment; filename=a.bin", ONE_LINE[:-300] + "\n"), "a.bin", 768 - 225),
    attached("base64-in-capitals", binary("attachment; filename=a.bin", b64(DATA), "BASE64"), "a.bin", 768),
    attached(
        "quoted-printable", binary("attachment; filename=a.bin", qp(DATA) + "=\n", "quoted-printable"), "a.bin", None
    ),
    attached("seven-bit", binary("attachment; filename=a.txt", "ascii\n", "7bit"), "a.txt", None),
    attached(
        "uuencoded-transfer",
        binary("attachment; filename=a.bin", "begin 644 a.bin\n" + uu(DATA), "x-uuencode"),
        "a.bin",
        768,
    ),
    attached(
        "uu-in-its-other-name",
        binary("attachment; filename=a.bin", "begin 644 a.bin\n" + uu(DATA), "uuencode"),
        "a.bin",
        768,
    ),
    attached("big", binary("attachment; filename=a.bin", b64(DATA * 1000)), "a.bin", 768_000),
    attached("image-attached", IMAGE.format("Content-Disposition: attachment; filename=a.png\n"), "a.png", len(PNG)),
    attached(
        "image-inline-without-html",
        IMAGE.format("Content-Disposition: inline; filename=a.png\n"),
        "a.png",
        len(PNG),
        None,
    ),
    attached("image-without-disposition", IMAGE.format(""), "a.png", len(PNG), None),
    attached(
        "image-with-id-that-nothing-shows",
        IMAGE.format("Content-ID: <none@x>\nContent-Disposition: attachment; filename=a.png\n"),
        "a.png",
        len(PNG),
    ),
    letter(
        "attached-image-shown-by-id",
        multi(
            "related",
            'Content-Type: text/html\n\n<p>Look: <img src="cid:p1%40x"></p>\n',
            IMAGE.format("Content-ID: <p1@x>\nContent-Disposition: inline; filename=a.png\n"),
        ),
        has=["Look:"],
        attachments=[("a.png", len(PNG), True)],
    ),
    letter(
        "attached-image-shown-without-disposition",
        multi(
            "related", "Content-Type: text/html\n\n<p>Look: <img src=cid:p1></p>\n", IMAGE.format("Content-ID: <p1>\n")
        ),
        has=["Look:"],
        attachments=[("a.png", len(PNG), True)],
    ),
    letter(
        "attached-image-shown-by-location",
        multi(
            "related",
            'Content-Type: text/html\n\n<p>Look: <img src="a.png"></p>\n',
            IMAGE.format("Content-Location: a.png\n"),
        ),
        has=["Look:"],
        attachments=[("a.png", len(PNG), None)],
    ),
    letter(
        "attached-two-of-one-name",
        multi(
            "mixed",
            TEXT,
            binary("attachment; filename=a.bin", b64(DATA)),
            binary("attachment; filename=a.bin", b64(b"other")),
        ),
        attachments=[("a.bin", 768, False), ("a.bin", 5, False)],
    ),
    letter(
        "attached-the-same-twice",
        multi("mixed", TEXT, *[binary("attachment; filename=a.bin", b64(DATA))] * 2),
        attachments=[("a.bin", 768, False)] * 2,
    ),
    letter(
        "attached-between-texts",
        multi("mixed", TEXT, IMAGE.format(""), "\nMiddle.\n", IMAGE.format(""), "\nLast.\n"),
        has=[SAID, "Middle.", "Last."],
        count=2,
    ),
    letter(
        "attached-zip-pdf-doc",
        multi(
            "mixed",
            TEXT,
            *(
                f"Content-Type: {kind}; name={name}\nContent-Transfer-Encoding: base64\n"
                f"Content-Disposition: attachment; filename={name}\n\n{b64(PDF)}"
                for kind, name in (
                    ("application/zip", "a.zip"),
                    ("application/msword", "a.doc"),
                    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
                )
            ),
        ),
        attachments=[("a.zip", len(PDF), False), ("a.doc", len(PDF), False), ("a.docx", len(PDF), False)],
    ),
    letter(
        "attached-video-and-sound",
        multi(
            "mixed",
            TEXT,
            f"Content-Type: video/mp4; name=v.mp4\nContent-Transfer-Encoding: base64\n\n{b64(DATA)}",
            f"Content-Type: audio/mpeg; name=s.mp3\nContent-Transfer-Encoding: base64\n\n{b64(DATA)}",
        ),
        text=SAID,
        attachments=[("v.mp4", 768, None), ("s.mp3", 768, None)],
    ),
    letter(
        "uuencoded-in-the-text",
        f"X-Mailer: Old 1\n\nHere it is.\n\nbegin 644 a.bin\n{uu(DATA)}\nRegards\n",
        has=["Here it is.", "Regards"],
        lacks=["begin 644"],
        attachments=[("a.bin", 768, None)],
    ),
    letter(
        "uuencoded-twice",
        f"X-Mailer: Old 1\n\nTwo.\n\nbegin 644 a.bin\n{uu(DATA)}\nbegin 755 b b.bin\n{uu(b'abc')}\n",
        text="Two.",
        attachments=[("a.bin", 768, None), ("b b.bin", 3, None)],
    ),
    letter(
        "uuencoded-with-spaces-for-zero",
        "X-Mailer: Old 1\n\nOne.\n\nbegin 644 a.bin\n" + '#  $"\n' + " \nend\n",
        has=["One."],
        attachments=[("a.bin", 3, None)],
    ),
    letter(
        "uuencoded-alone",
        f"X-Mailer: Old 1\n\nbegin 644 a.bin\n{uu(DATA)}",
        text="",
        attachments=[("a.bin", 768, None)],
    ),
    letter(
        "begin-is-a-word",
        "X-Mailer: Old 1\n\nbegin 644 things and end\nNothing is encoded.\nend\n",
        has=["Nothing is encoded."],
        attachments=[],
    ),
    letter(
        "begin-of-a-sentence",
        "X-Mailer: Old 1\n\nbegin with the order, please.\n\nThanks\n",
        text="begin with the order, please.\n\nThanks",
        attachments=[],
    ),
)
