"""What is rare and yet real: labels that only look wrong, fields by unlucky programs, and strange encodings."""

from tests.reading.mime.row import PDF, PNG, Row, b64, letter, mail, word_b
from tests.reading.mime.structure import HTML, SAID, TEXT, multi

BILL = ("bill.pdf", len(PDF), False)


def body(id: str, kind: str, data: bytes, shown: str, transfer: str = "8bit") -> Row:
    field = f"Content-Type: {kind}\nContent-Transfer-Encoding: {transfer}\n\n".encode()
    return letter(f"odd-body-{id}", field + data + b"\n", text=shown)


def subject(id: str, value: str | bytes, shown: str) -> Row:
    data = value if isinstance(value, bytes) else value.encode()
    return letter(f"odd-subject-{id}", b"Subject: " + data, subject=shown)


def person(id: str, value: str, name: str | None, address: str) -> Row:
    return letter(f"odd-person-{id}", f"From: {value}", from_=(name, address))


def moment(id: str, value: str, instant: str | None) -> Row:
    return letter(f"odd-moment-{id}", f"Date: {value}", date=instant)


def paper(fields: str) -> str:
    return f"{fields}\nContent-Transfer-Encoding: base64\n\n{b64(PDF)}"


def named(id: str, fields: str, name: str) -> Row:
    return letter(f"odd-name-{id}", multi("mixed", TEXT, paper(fields)), text=SAID, attached=[name], count=1)


MAILS = (
    body("comment-in-type", "text/plain (words); charset=utf-8 (Unicode)", "Tõrge".encode(), "Tõrge"),
    body("charset-by-rfc-2231", "text/plain; charset*=us-ascii'en'utf-8", "Tõrge".encode(), "Tõrge"),
    body("charset-twice", "text/plain; charset=utf-8; charset=utf-8", "Tõrge".encode(), "Tõrge"),
    body("no-semicolon", "text/plain charset=utf-8", "Tõrge".encode(), "Tõrge"),
    body("spaces-around-equals", "text/plain; charset = utf-8", "Tõrge".encode(), "Tõrge"),
    body("alias-x-sjis", "text/plain; charset=x-sjis", "壊れています".encode("cp932"), "壊れています"),
    body("alias-x-gbk", "text/plain; charset=x-gbk", "台灯坏了，退款".encode("gbk"), "台灯坏了，退款"),
    body("alias-utf8", "text/plain; charset=UTF8", "Tõrge".encode(), "Tõrge"),
    body("alias-x-mac-cyrillic", "text/plain; charset=x-mac-cyrillic", "Лампа".encode("mac-cyrillic"), "Лампа"),
    body("iso-2022-kr", "text/plain; charset=iso-2022-kr", "깨졌습니다".encode("iso-2022-kr"), "깨졌습니다", "7bit"),
    body("hz", "text/plain; charset=hz-gb-2312", "台灯坏了".encode("hz"), "台灯坏了", "7bit"),
    body("cp850", "text/plain; charset=ibm850", "Größe".encode("cp850"), "Größe"),
    body("cp866", "text/plain; charset=cp866", "Лампа разбита".encode("cp866"), "Лампа разбита"),
    body("transfer-with-a-comment", "text/plain; charset=utf-8", b"=C3=A4", "ä", "quoted-printable (by us)"),
    body("transfer-with-semicolon", "text/plain; charset=utf-8", b64("Tõrge".encode()).encode(), "Tõrge", "base64;"),
    body("transfer-in-quotes", "text/plain; charset=utf-8", b64("Tõrge".encode()).encode(), "Tõrge", '"base64"'),
    body(
        "two-base64-pieces", "text/plain; charset=utf-8", b"UGxhaW4g\nd29yZHM=\nIGhlcmU=", "Plain words here", "base64"
    ),
    body("flowed-signature", "text/plain; format=flowed", b"One \nline.\n-- \nJo", "One line.\n--\nJo"),
    body("flowed-stuffed", "text/plain; format=flowed", b" From here \non.\n  two", "From here on.\n two"),
    body(
        "header-wins-over-meta", "text/html; charset=utf-8", '<meta charset="iso-8859-1"><p>Tõrge</p>'.encode(), "Tõrge"
    ),
    letter(
        "odd-base64-and-a-footer-of-a-list",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        + b64("Tõrge on suur ja kestab.\n".encode())
        + "\n_______________________________________________\nshop mailing list\n",
        has=["Tõrge on suur ja kestab."],
    ),
    subject("raw-iso-2022-jp", "お問い合わせ".encode("iso-2022-jp"), "お問い合わせ"),
    subject("no-space-before-word", "Re:=?utf-8?Q?_=C3=84rger?=", "Re: Ärger"),
    subject("cp932", word_b("①の件", "cp932"), "①の件"),
    subject("ascii-by-its-old-name", "=?ansi_x3.4-1968?Q?plain?=", "plain"),
    subject("folded-first", "\n =?utf-8?Q?=C3=84rger?=", "Ärger"),
    subject("word-in-word-of-q", "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=", "=?utf-8?Q?a?="),
    subject("unclosed-word", "=?utf-8?Q?plain", "=?utf-8?Q?plain"),
    subject("bad-base64", "=?utf-8?B?w5VodHU*?=", "Õhtu"),
    person("two-of-them", "Jo <jo@reed.example>, Al <al@reed.example>", "Jo", "jo@reed.example"),
    person("host-is-a-number", "Jo <jo@[192.0.2.1]>", "Jo", "jo@[192.0.2.1]"),
    person("quoted-local-part", 'Jo <"jo reed"@reed.example>', "Jo", '"jo reed"@reed.example'),
    person("two-quoted-strings", '"Jo" "Reed" <jo@reed.example>', "Jo Reed", "jo@reed.example"),
    person(
        "name-of-two-words-encoded-apart", "=?utf-8?Q?J=C3=B3?= Reed <jo@reed.example>", "Jó Reed", "jo@reed.example"
    ),
    person("unclosed-quote", '"Jo Reed <jo@reed.example>', None, "jo@reed.example"),
    person("unclosed-angle", "Jo Reed <jo@reed.example", "Jo Reed", "jo@reed.example"),
    person("mailto", "Jo <mailto:jo@reed.example>", "Jo", "jo@reed.example"),
    person("blanks-in-the-angles", "Jo < jo@reed.example >", "Jo", "jo@reed.example"),
    person("encoded-angles", "=?utf-8?Q?J=C3=B3_=3Cjo=40reed=2Eexample=3E?=", None, "jo@reed.example"),
    moment("ctime", "Fri Jan  1 10:00:00 2021", "2021-01-01T10:00:00+00:00"),
    moment("iso", "2021-01-01T10:00:00+01:00", "2021-01-01T10:00:00+01:00"),
    moment("colon-in-the-zone", "Fri, 1 Jan 2021 10:00:00 +01:00", "2021-01-01T10:00:00+01:00"),
    moment("year-121", "Fri, 1 Jan 121 10:00:00 +0000", "2021-01-01T10:00:00+00:00"),
    moment("hyphens", "Fri, 01-Jan-2021 10:00:00 GMT", "2021-01-01T10:00:00+00:00"),
    moment("long-month", "Friday, 1 January 2021 10:00:00 +0000", "2021-01-01T10:00:00+00:00"),
    moment("gmt-and-offset", "Fri, 1 Jan 2021 10:00:00 GMT+0100", "2021-01-01T10:00:00+01:00"),
    moment("day-32", "Fri, 32 Jan 2021 10:00:00 +0000", None),
    named("disposition-alone", "Content-Disposition: attachment; filename=bill.pdf", "bill.pdf"),
    named("rfc-2231-of-name", "Content-Type: application/pdf;\n name*=utf-8''%C3%BC.pdf", "ü.pdf"),
    named("pieces-out-of-order", 'Content-Disposition: attachment;\n filename*1="b.pdf";\n filename*0="a-"', "a-b.pdf"),
    named(
        "encoded-words-in-pieces",
        'Content-Disposition: attachment;\n filename*0="=?utf-8?Q?=C3=BC?=";\n filename*1=".pdf"',
        "ü.pdf",
    ),
    named("disposition-unknown", 'Content-Type: application/pdf\nContent-Disposition: foo; filename="a.pdf"', "a.pdf"),
    letter(
        "odd-form-data",
        multi("form-data", TEXT, paper("Content-Type: application/pdf; name=bill.pdf")),
        text=SAID,
        count=1,
    ),
    letter(
        "odd-appledouble",
        multi(
            "mixed",
            TEXT,
            multi(
                "appledouble",
                "Content-Type: application/applefile; name=a.png\nContent-Transfer-Encoding: base64\n\n"
                + b64(bytes(9)),
                "Content-Type: image/png; name=a.png\nContent-Disposition: attachment; filename=a.png\n"
                f"Content-Transfer-Encoding: base64\n\n{b64(PNG)}",
                boundary="apple",
            ),
        ),
        text=SAID,
        attached=["a.png"],
    ),
    letter(
        "odd-inner-end-is-missing",
        multi(
            "mixed",
            multi("alternative", TEXT, HTML, boundary="in").removesuffix("--in--\n"),
            paper("Content-Type: application/pdf; name=bill.pdf\nContent-Disposition: attachment; filename=bill.pdf"),
        ),
        text=SAID,
        attachments=[BILL],
    ),
    letter(
        "odd-same-boundary-inside",
        multi("mixed", multi("alternative", TEXT, HTML), "Content-Type: text/plain\n\nMore.\n"),
        has=[SAID],
    ),
    mail(
        "odd-blank-continuation",
        "From: Jo <jo@reed.example>\nSubject: One\n \nTo: support@acme.example\n\nPlain words\n",
        subject="One",
        to=[("", "support@acme.example")],
        text="Plain words",
    ),
    mail(
        "odd-quoted-from-line-first",
        ">From jo@reed.example Fri Jan  1 10:00:00 2021\nFrom: Jo <jo@reed.example>\nSubject: One\n\nPlain words\n",
        from_=("Jo", "jo@reed.example"),
        subject="One",
        text="Plain words",
    ),
    mail(
        "odd-cr-cr-lf",
        b"From: Jo <jo@reed.example>\r\r\nSubject: One\r\r\n\r\r\nPlain words\r\r\n",
        exact=True,
        from_=("Jo", "jo@reed.example"),
        subject="One",
        has=["Plain words"],
    ),
)
