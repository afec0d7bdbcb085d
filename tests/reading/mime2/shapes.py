"""Structures and charsets out of the ordinary, and mails that something has damaged."""

from tests.reading.mime.row import PDF, PNG, Row, b64, letter, mail, qp
from tests.reading.mime.structure import CALENDAR, HTML, SAID, TEXT, multi

IMAGE = (
    "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=a.png\n\n{b64(PNG)}"
)
PAPER = (
    "Content-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
    f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}"
)
BILL = ("bill.pdf", len(PDF), False)
SIGN = (
    "Content-Type: application/pgp-signature; name=signature.asc\n\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
)


def body(id: str, kind: str, data: bytes, transfer: str = "8bit", shown: str = "", exact: bool = False) -> Row:
    field = f"Content-Type: {kind}\nContent-Transfer-Encoding: {transfer}\n\n".encode()
    return letter(f"body-{id}", field + data + b"\n", exact=exact, text=shown)


def shape(id: str, content: str, **expected: object) -> Row:
    return letter(f"shape-{id}", content, **expected)


MAILS = (
    body("charset-in-capitals", "TEXT/PLAIN; CHARSET=UTF-8", "Tõrge".encode(), shown="Tõrge"),
    body("charset-quoted-single", "text/plain; charset='utf-8'", "Tõrge".encode(), shown="Tõrge"),
    body("charset-missing-utf-8", "text/plain", "Tõrge on suur".encode(), shown="Tõrge on suur"),
    body(
        "charset-missing-latin-1",
        "text/plain",
        "Größe und Gewicht stimmen nicht überein".encode("latin-1"),
        shown="Größe und Gewicht stimmen nicht überein",
    ),
    body("charset-unknown", "text/plain; charset=x-user-defined", b"Plain words", shown="Plain words"),
    body("charset-ascii-but-utf-8", "text/plain; charset=us-ascii", "Tõrge".encode(), shown="Tõrge"),
    body(
        "charset-utf-8-but-latin-1",
        "text/plain; charset=utf-8",
        "Größe und Gewicht".encode("latin-1"),
        shown="Größe und Gewicht",
    ),
    body("charset-latin-1-but-windows", "text/plain; charset=iso-8859-1", "It’s €5".encode("cp1252"), shown="It’s €5"),
    body("charset-cp1252-name", "text/plain; charset=cp1252", "€5".encode("cp1252"), shown="€5"),
    body("charset-ks", "text/plain; charset=ks_c_5601-1987", "깨졌습니다".encode("cp949"), shown="깨졌습니다"),
    body(
        "charset-shift-jis", "text/plain; charset=Shift_JIS", "壊れています".encode("shift_jis"), shown="壊れています"
    ),
    body("charset-gbk", "text/plain; charset=gbk", "台灯坏了".encode("gbk"), shown="台灯坏了"),
    body("charset-utf-7", "text/plain; charset=utf-7", "Gr\xfc\xdfe".encode("utf-7"), "7bit", shown="Grüße"),
    body(
        "charset-utf-16", "text/plain; charset=utf-16", b64("Grüße".encode("utf-16")).encode(), "base64", shown="Grüße"
    ),
    body(
        "charset-macintosh",
        "text/plain; charset=macintosh",
        qp("Grüße".encode("mac-roman")).encode(),
        "quoted-printable",
        shown="Grüße",
    ),
    body("charset-iso-8859-8-i", "text/plain; charset=iso-8859-8-i", "שבור".encode("iso-8859-8"), shown="שבור"),
    body("mark-of-utf-8", "text/plain; charset=utf-8", b"\xef\xbb\xbfTere", shown="Tere"),
    body(
        "flowed",
        "text/plain; charset=utf-8; format=flowed",
        b"One line \nthat goes on.\nNew line.",
        shown="One line that goes on.\nNew line.",
    ),
    body(
        "flowed-delsp",
        "text/plain; charset=utf-8; format=flowed; delsp=yes",
        "壊れて \nいます。".encode(),
        shown="壊れています。",
    ),
    body("flowed-quote", "text/plain; format=flowed", b"> Quoted \n> words.\nMine.", shown="> Quoted words.\nMine."),
    body(
        "qp-soft-breaks", "text/plain; charset=utf-8", b"One =\nline =C3=A4.", "quoted-printable", shown="One line ä."
    ),
    body("qp-lower-case-hex", "text/plain; charset=utf-8", b"=c3=a4", "Quoted-Printable", shown="ä"),
    body(
        "qp-broken",
        "text/plain; charset=utf-8",
        b"5=6 and =C3=A4 and =zz",
        "quoted-printable",
        shown="5=6 and ä and =zz",
    ),
    body("transfer-unknown", "text/plain", b"Plain words", "x-none", shown="Plain words"),
    body("base64-without-padding", "text/plain", b"UGxhaW4gd29yZHM", "base64", shown="Plain words"),
    letter("body-type-is-nonsense", "Content-Type: text\n\nPlain words\n", text="Plain words"),
    letter("body-no-mime-at-all", "X-Mailer: x\n\nPlain words\n", text="Plain words", attachments=[]),
    letter("body-empty", "Content-Type: text/plain\n\n", text="", attachments=[]),
    letter("body-enriched", "Content-Type: text/enriched\n\n<bold>Plain</bold> words\n", text="Plain words"),
    shape("alternative", multi("alternative", TEXT, HTML), text=SAID, attachments=[], html_has=["<b>broken</b>"]),
    shape("alternative-html-first", multi("alternative", HTML, TEXT), text=SAID, attachments=[]),
    shape("alternative-empty-text", multi("alternative", "Content-Type: text/plain\n\n\n", HTML), text=SAID),
    shape(
        "alternative-with-calendar",
        multi("alternative", TEXT, HTML, f"Content-Type: text/calendar; method=REQUEST\n\n{CALENDAR}"),
        text=SAID,
    ),
    shape(
        "mixed-in-mixed",
        multi("mixed", multi("mixed", TEXT, IMAGE, boundary="in"), PAPER),
        text=SAID,
        attachments=[("a.png", len(PNG), False), BILL],
    ),
    shape(
        "signed-by-pgp",
        multi("signed", TEXT, SIGN, more='; micalg=pgp-sha256; protocol="application/pgp-signature"'),
        text=SAID,
    ),
    shape(
        "signed-with-a-paper",
        multi(
            "signed", multi("mixed", TEXT, PAPER, boundary="in"), SIGN, more='; protocol="application/pgp-signature"'
        ),
        text=SAID,
        attached=["bill.pdf"],
    ),
    shape(
        "preamble-and-epilogue",
        multi("mixed", TEXT, PAPER).replace("\n\n--bnd", "\n\nThis is MIME.\n\n--bnd", 1) + "\nafter all\n",
        text=SAID,
        lacks=["This is MIME.", "after all"],
        attachments=[BILL],
    ),
    shape("end-is-missing", multi("mixed", TEXT, PAPER).removesuffix("--bnd--\n"), text=SAID, attachments=[BILL]),
    shape(
        "boundary-with-odd-signs",
        multi("mixed", TEXT, PAPER, boundary="=_(a?b:c+d'e)/f,g.h"),
        text=SAID,
        attachments=[BILL],
    ),
    shape(
        "boundary-starts-as-another",
        multi("mixed", multi("alternative", TEXT, HTML, boundary="bnd2"), PAPER, boundary="bnd"),
        text=SAID,
        attachments=[BILL],
    ),
    shape("boundary-unquoted", multi("mixed", TEXT, PAPER).replace('"bnd"', "bnd"), text=SAID, attachments=[BILL]),
    shape("boundary-missing", "Content-Type: multipart/mixed\n\n--x\n" + TEXT + "--x--\n", has=[SAID]),
    shape(
        "boundary-never-comes", 'Content-Type: multipart/mixed; boundary="never"\n\nThe parcel is broken.\n', has=[SAID]
    ),
    shape(
        "blanks-behind-boundary",
        multi("mixed", TEXT, PAPER).replace("--bnd\n", "--bnd  \n"),
        text=SAID,
        attachments=[BILL],
    ),
    shape("part-without-header", multi("mixed", "\nThe parcel is broken.\n", PAPER), text=SAID, attachments=[BILL]),
    shape(
        "parts-inline",
        multi("mixed", TEXT.replace("\n\n", "\nContent-Disposition: inline\n\n"), PAPER),
        text=SAID,
        attachments=[BILL],
    ),
    shape("no-parts", 'Content-Type: multipart/mixed; boundary="bnd"\n\n--bnd--\n', text="", attachments=[]),
    shape(
        "related-in-alternative-in-mixed",
        multi(
            "mixed",
            multi(
                "alternative",
                TEXT,
                multi(
                    "related",
                    HTML,
                    f"Content-Type: image/png\nContent-ID: <q>\nContent-Transfer-Encoding: base64\n\n{b64(PNG)}",
                    boundary="r",
                ),
                boundary="a",
            ),
            PAPER,
        ),
        text=SAID,
        attached=["bill.pdf"],
        count=2,
    ),
    shape(
        "apple-texts-around-a-paper",
        multi(
            "alternative",
            TEXT,
            multi(
                "mixed",
                "Content-Type: text/html\n\n<p>The parcel is <b>broken</b>.</p>\n",
                PAPER,
                "Content-Type: text/html\n\n<p>Bye</p>\n",
                boundary="m",
            ),
        ),
        has=[SAID],
        attachments=[BILL],
    ),
    shape(
        "whole-is-a-picture",
        f"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n{b64(PNG)}",
        text="",
        attachments=[("a.png", len(PNG), None)],
    ),
    mail(
        "hurt-mbox-line",
        "From jo@reed.example Fri Jan  1 10:00:00 2021\nFrom: Jo <jo@reed.example>\nSubject: Box\n\nPlain words\n",
        from_=("Jo", "jo@reed.example"),
        subject="Box",
        text="Plain words",
    ),
    mail(
        "hurt-no-header-end",
        "From: Jo <jo@reed.example>\nSubject: Cut",
        from_=("Jo", "jo@reed.example"),
        subject="Cut",
        text="",
    ),
    mail(
        "hurt-line-that-is-no-field",
        "From: Jo <jo@reed.example>\nthis is no field\nSubject: Kept\n\nPlain words\n",
        from_=("Jo", "jo@reed.example"),
        has=["Plain words"],
    ),
    mail(
        "hurt-bare-cr",
        b"From: Jo <jo@reed.example>\rSubject: Mac\r\rPlain words\r",
        exact=True,
        from_=("Jo", "jo@reed.example"),
        subject="Mac",
        has=["Plain words"],
    ),
    mail(
        "hurt-blank-in-field-name",
        "From : Jo <jo@reed.example>\nSubject : Blank\n\nPlain words\n",
        from_=("Jo", "jo@reed.example"),
        subject="Blank",
    ),
    mail(
        "hurt-mark-in-front",
        b"\xef\xbb\xbfFrom: Jo <jo@reed.example>\nSubject: Mark\n\nPlain words\n",
        exact=True,
        from_=("Jo", "jo@reed.example"),
        subject="Mark",
    ),
    mail("hurt-only-a-body", "\nPlain words\n", from_=None, has=["Plain words"]),
    mail(
        "hurt-nul-in-the-text",
        b"From: Jo <jo@reed.example>\nSubject: Nul\n\nPlain\0 words\n",
        exact=True,
        subject="Nul",
        has=["Plain"],
    ),
    mail(
        "hurt-no-from",
        "Subject: Nobody\nSender: Jo <jo@reed.example>\n\nPlain words\n",
        subject="Nobody",
        text="Plain words",
    ),
    mail(
        "hurt-subject-twice",
        "From: Jo <jo@reed.example>\nSubject: One\nSubject: Two\n\nPlain words\n",
        subject="One",
        text="Plain words",
    ),
)
