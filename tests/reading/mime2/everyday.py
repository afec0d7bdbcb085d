"""Everyday mails in the make of many clients: plain text, text beside HTML, and HTML with its pictures."""

from tests.reading.mime.row import PDF, PNG, Row, b64, mail, qp, word_b
from tests.reading.mime.structure import multi


def head(sender: str, subject: str, client: str) -> str:
    """The header fields up to those of the content."""
    return (
        f"From: {sender}\nTo: Acme Support <support@acme.example>\nSubject: {subject}\n"
        f"Date: Wed, 11 May 2016 12:13:14 +0200\nMessage-ID: <every.day@box.example>\n{client}MIME-Version: 1.0\n"
    )


def coded(text: str, kind: str, charset: str, transfer: str) -> bytes:
    """A part of this text."""
    data = text.encode(charset)
    body = {"base64": b64(data), "quoted-printable": qp(data)}.get(transfer)
    field = f'Content-Type: text/{kind}; charset="{charset}"\nContent-Transfer-Encoding: {transfer}\n\n'
    return field.encode() + (body.encode() if body else data) + b"\n"


def plain(id: str, client: str, charset: str, transfer: str, name: str, subject: str, text: str) -> Row:
    """A mail of plain text."""
    fields = head(f"{named(name, charset)} <anna@box.example>", shown(subject, charset), client)
    raw = fields.encode() + coded(text + "\n", "plain", charset, transfer)
    return mail(f"plain-{id}", raw, **expected(name, subject), text=text, attachments=[])


def twofold(id: str, client: str, charset: str, transfer: str, text: str, html: str, more: str = "") -> Row:
    """A mail of plain text beside HTML, and perhaps a part behind them."""
    inner = "Content-Type: multipart/alternative; boundary=two\n\n--two\n"
    inner += coded(text + "\n", "plain", charset, transfer).decode(charset)
    inner += "--two\n" + coded(html, "html", charset, transfer).decode(charset) + "--two--\n"
    content = multi("mixed", inner, more, boundary="_one_") if more else inner
    raw = (head("Anna Box <anna@box.example>", "About a lamp", client) + content).encode(charset)
    names = ["bill.pdf"] if more else []
    return mail(f"twofold-{id}", raw, **expected("Anna Box", "About a lamp"), text=text, html_has=["<"], attached=names)


def pictured(id: str, client: str, html: str, field: str, inline: bool | None, text: str | None = None) -> Row:
    """A mail of HTML that shows a picture."""
    picture = f"Content-Type: image/png; name=shot.png\nContent-Transfer-Encoding: base64\n{field}\n\n{b64(PNG)}"
    page = f"Content-Type: text/html; charset=utf-8\n\n{html}\n"
    if text:
        page = multi("alternative", f"Content-Type: text/plain\n\n{text}\n", page, boundary="alt")
    content = multi("related", page, picture, boundary="rel", more='; type="text/html"')
    raw = head("Anna Box <anna@box.example>", "A picture", client) + content
    return mail(
        f"pictured-{id}",
        raw,
        **expected("Anna Box", "A picture"),
        has=["See the crack."],
        attachments=[("shot.png", len(PNG), inline)],
    )


def named(name: str, charset: str) -> str:
    return name if name.isascii() else word_b(name, charset)


def shown(subject: str, charset: str) -> str:
    return subject if subject.isascii() else word_b(subject, charset)


def expected(name: str, subject: str) -> dict[str, object]:
    return {
        "from_": (name, "anna@box.example"),
        "to": [("Acme Support", "support@acme.example")],
        "subject": subject,
        "date": "2016-05-11T12:13:14+02:00",
        "message_id": "every.day@box.example",
    }


BILL = (
    'Content-Type: application/pdf; name="bill.pdf"\nContent-Transfer-Encoding: base64\n'
    f'Content-Disposition: attachment; filename="bill.pdf"\n\n{b64(PDF)}'
)
GMAIL = "X-Gm-Message-State: AOJu0Yx\nX-Received: by 192.0.2.1 with SMTP id a1mr1\n"
OUTLOOK = "X-Mailer: Microsoft Outlook 16.0\nThread-Index: AdGrxyz==\nContent-Language: en-us\n"
EXPRESS = "X-Priority: 3\nX-MSMail-Priority: Normal\nX-Mailer: Microsoft Outlook Express 6.00.2900.5931\n"
APPLE = "X-Mailer: Apple Mail (2.3124)\n"
BIRD = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Thunderbird/102.3\n"
BAT = "X-Mailer: The Bat! (v3.99.3) Professional\nX-Priority: 3 (Normal)\n"
MUTT = "User-Agent: Mutt/1.5.24 (2015-08-30)\n"
NOTES = "X-Mailer: Lotus Notes Release 8.5.3 September 15, 2011\nX-MIMETrack: Serialize by Router on D01\n"
EUDORA = "X-Mailer: QUALCOMM Windows Eudora Version 7.1.0.9\n"

MAILS = (
    plain("mutt", MUTT, "us-ascii", "7bit", "Anna Box", "Lamp", "It is broken.\n\n-- \nAnna"),
    plain("thunderbird-dutch", BIRD, "utf-8", "8bit", "Anna Böx", "Reünie", "Hallo,\n\nde lamp is kapót."),
    plain("thunderbird-flowed-like", BIRD, "iso-8859-15", "8bit", "Anna Box", "Prix", "Cela coûte 12 €."),
    plain("apple-french", APPLE, "utf-8", "quoted-printable", "Anne Forêt", "Théière", "La théière est cassée."),
    plain("apple-windows-1252", APPLE, "windows-1252", "quoted-printable", "Anna", "Quotes", "It’s “broken” – really…"),
    plain(
        "outlook-german", OUTLOOK, "iso-8859-1", "quoted-printable", "Änne Böß", "Schüssel", "Die Schüssel ist groß."
    ),
    plain(
        "outlook-polish", OUTLOOK, "iso-8859-2", "quoted-printable", "Żaneta Łoś", "Żółw", "Proszę o zwrot pieniędzy."
    ),
    plain("outlook-czech", OUTLOOK, "windows-1250", "8bit", "Růžena Říhová", "Žádost", "Příliš žluťoučký kůň."),
    plain("express-russian", EXPRESS, "koi8-r", "8bit", "Анна Ящик", "Лампа", "Лампа разбита.\n\nАнна"),
    plain("express-windows-1251", EXPRESS, "windows-1251", "8bit", "Анна Ящик", "Лампа", "Верните деньги."),
    plain("express-greek", EXPRESS, "iso-8859-7", "quoted-printable", "Άννα", "Λάμπα", "Η λάμπα έσπασε."),
    plain("express-japanese", EXPRESS, "iso-2022-jp", "7bit", "安奈", "ランプ", "ランプが壊れています。"),
    plain("express-korean", EXPRESS, "euc-kr", "base64", "안나", "램프", "램프가 깨졌습니다."),
    plain("express-chinese", EXPRESS, "gb2312", "base64", "安娜", "台灯", "台灯坏了。"),
    plain("express-taiwan", EXPRESS, "big5", "8bit", "安娜", "檯燈", "燈壞了。"),
    plain("express-turkish", EXPRESS, "iso-8859-9", "8bit", "Şükrü Ağaç", "İade", "Lamba kırık, iade istiyorum."),
    plain("express-hebrew", EXPRESS, "windows-1255", "8bit", "חנה", "מנורה", "המנורה שבורה."),
    plain("express-arabic", EXPRESS, "windows-1256", "base64", "آنا", "مصباح", "المصباح مكسور."),
    plain("express-thai", EXPRESS, "tis-620", "8bit", "แอนนา", "โคมไฟ", "โคมไฟแตก"),
    plain("express-baltic", EXPRESS, "windows-1257", "8bit", "Õnne Šarž", "Lamp", "Lamp on katki. Ačiū, paldies."),
    plain("the-bat-ukrainian", BAT, "koi8-u", "8bit", "Ївга", "Лампа", "Лампа розбита, її не полагодити."),
    plain("notes", NOTES, "us-ascii", "7bit", "Anna Box", "Chairs", "Two chairs are scratched."),
    plain("eudora", EUDORA, "us-ascii", "7bit", "Anna Box", "Modem", "At 10:00 you wrote:\n>Hello\n\nNo."),
    plain("gmail-base64", GMAIL, "utf-8", "base64", "Anna 📦", "Where? 📦", "Where is it? 😡\n\nAnna"),
    plain(
        "phone",
        "X-Mailer: iPhone Mail (19E258)\n",
        "utf-8",
        "quoted-printable",
        "Anna",
        "Re: Lamp",
        "No – thanks.\n\nSent from my iPhone",
    ),
    plain(
        "long-lines", GMAIL, "utf-8", "quoted-printable", "Anna Box", "Long", "A long complaint. " * 30 + "End: 1=1."
    ),
    plain("dots-and-from", MUTT, "us-ascii", "7bit", "Anna Box", "Dots", ">From here on it is fine.\n..two dots"),
    plain("persian", GMAIL, "utf-8", "base64", "آنا جعبه", "سفارش", "سلام،\nسفارش من نرسیده است."),
    plain("vietnamese", GMAIL, "utf-8", "8bit", "Đặng An", "Đơn hàng", "Đèn bị vỡ rồi."),
    plain("hindi", GMAIL, "utf-8", "base64", "अन्ना", "दीपक", "दीपक टूट गया है।"),
    twofold(
        "gmail", GMAIL, "utf-8", "7bit", "The lamp is broken.\n\nAnna", "<div dir=3D'ltr'>The lamp is broken.</div>"
    ),
    twofold(
        "outlook",
        OUTLOOK,
        "us-ascii",
        "7bit",
        "The lamp is broken.",
        "<html><body><p class=MsoNormal>The lamp is broken.</p></body></html>",
    ),
    twofold(
        "apple",
        APPLE,
        "utf-8",
        "quoted-printable",
        "La lampe est cassée.",
        "<html><body>La lampe est cassée.</body></html>",
    ),
    twofold(
        "thunderbird", BIRD, "utf-8", "8bit", "Die Lampe ist schön kaputt.", "<p>Die Lampe ist schön <b>kaputt</b>.</p>"
    ),
    twofold(
        "express", EXPRESS, "koi8-r", "quoted-printable", "Лампа разбита.", "<HTML><BODY>Лампа разбита.</BODY></HTML>"
    ),
    twofold(
        "yahoo", "X-Mailer: YahooMailWebService/0.8\n", "utf-8", "base64", "Lámpara rota.", "<div>Lámpara rota.</div>"
    ),
    twofold("japanese", EXPRESS, "iso-2022-jp", "7bit", "壊れています。", "<p>壊れています。</p>"),
    twofold("notes", NOTES, "utf-8", "base64", "Krzesło jest połamane.", "<font>Krzesło jest połamane.</font>"),
    twofold("gmail-and-a-bill", GMAIL, "utf-8", "7bit", "The bill.", "<div>The bill.</div>", BILL),
    twofold(
        "outlook-and-a-bill",
        OUTLOOK,
        "iso-8859-1",
        "quoted-printable",
        "Die Rechnung für Änne.",
        "<p>Die Rechnung</p>",
        BILL,
    ),
    twofold(
        "exchange-and-a-bill",
        "X-MS-Has-Attach: yes\n",
        "utf-8",
        "base64",
        "Lasku liitteenä, kiitos äiti.",
        "<p>Lasku</p>",
        BILL,
    ),
    pictured("outlook", OUTLOOK, '<p>See the crack.</p><img src="cid:shot@01D1">', "Content-ID: <shot@01D1>", True),
    pictured(
        "gmail",
        GMAIL,
        '<div>See the crack.<img src="cid:ii_1"></div>',
        "Content-Disposition: inline; filename=shot.png\nContent-ID: <ii_1>\nX-Attachment-Id: ii_1",
        True,
        "See the crack.",
    ),
    pictured(
        "apple",
        APPLE,
        '<div>See the crack.<img src="cid:8F-1@local"></div>',
        "Content-Disposition: inline; filename=shot.png\nContent-Id: <8F-1@local>",
        True,
        "See the crack.",
    ),
    pictured(
        "thunderbird",
        BIRD,
        '<p>See the crack.</p><img src="cid:part1.A@box.example">',
        "Content-Disposition: inline; filename=shot.png\nContent-ID: <part1.A@box.example>",
        True,
        "See the crack.",
    ),
    pictured(
        "express-paper", EXPRESS, '<BODY background="cid:1"><P>See the crack.</P></BODY>', "Content-ID: <1>", None
    ),
    pictured(
        "not-shown", OUTLOOK, "<p>See the crack.</p>", "Content-Disposition: attachment; filename=shot.png", False
    ),
)
