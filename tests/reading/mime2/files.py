"""Attached files: their names, their sizes and whether they are shown within the text."""

from tests.reading.mime.row import PDF, PNG, Row, b64, letter, word_b
from tests.reading.mime.structure import HTML, SAID, TEXT, multi

WORDS = b"Name;Sum\r\nAnn;12\r\n"


def file(kind: str, disposition: str = "", data: bytes = PDF) -> str:
    """A part in base64."""
    field = f"Content-Disposition: {disposition}\n" if disposition else ""
    return f"Content-Type: {kind}\n{field}Content-Transfer-Encoding: base64\n\n{b64(data)}"


def named(id: str, kind: str, disposition: str, name: str) -> Row:
    part = file(kind, disposition)
    return letter(f"enclosed-{id}", multi("mixed", TEXT, part), text=SAID, attachments=[(name, len(PDF), False)])


MAILS = (
    named("usual", "application/pdf", 'attachment; filename="a b.pdf"', "a b.pdf"),
    named("name-alone", 'application/pdf; name="a.pdf"', "attachment", "a.pdf"),
    named("both-differ", 'application/pdf; name="x.pdf"', 'attachment; filename="y.pdf"', "y.pdf"),
    named("unquoted", "application/pdf", "attachment; filename=plan.pdf", "plan.pdf"),
    named("rfc-2231", "application/pdf", "attachment; filename*=UTF-8''%C3%9Cber%20uns.pdf", "Über uns.pdf"),
    named("rfc-2231-latin-1", "application/pdf", "attachment; filename*=iso-8859-1'de'%DCber.pdf", "Über.pdf"),
    named(
        "rfc-2231-pieces",
        "application/pdf",
        "attachment;\n filename*0*=UTF-8''%E5%A0%B1;\n filename*1*=%E5%91%8A.pdf",
        "報告.pdf",
    ),
    named(
        "rfc-2231-plain-pieces",
        "application/pdf",
        'attachment;\n filename*0="very-long-";\n filename*1="name.pdf"',
        "very-long-name.pdf",
    ),
    named(
        "rfc-2231-mixed-pieces",
        "application/pdf",
        "attachment;\n filename*0*=UTF-8''%C3%BC;\n filename*1=\"ber.pdf\"",
        "über.pdf",
    ),
    named(
        "rfc-2231-and-plain", "application/pdf", "attachment; filename=\"u.pdf\"; filename*=UTF-8''%C3%BC.pdf", "ü.pdf"
    ),
    named("encoded-word", "application/pdf", f'attachment; filename="{word_b("Счёт.pdf", "koi8-r")}"', "Счёт.pdf"),
    named("encoded-word-unquoted", "application/pdf", "attachment; filename==?utf-8?Q?=C3=BC.pdf?=", "ü.pdf"),
    named(
        "encoded-words-folded",
        "application/pdf",
        'attachment; filename="=?utf-8?Q?=C3=BC?=\n =?utf-8?Q?ber.pdf?="',
        "über.pdf",
    ),
    named("raw-utf-8", "application/pdf", 'attachment; filename="Žádost.pdf"', "Žádost.pdf"),
    named("spaces-unquoted", "application/pdf", "attachment; filename=my plan.pdf", "my plan.pdf"),
    named("semicolon-in-quotes", "application/pdf", 'attachment; filename="a;b.pdf"', "a;b.pdf"),
    named("apostrophe", "application/pdf", 'attachment; filename="Ann\'s.pdf"', "Ann's.pdf"),
    named(
        "size-and-dates",
        "application/pdf",
        'attachment; filename="a.pdf"; size=99; creation-date="Fri, 1 Jan 2021 10:00:00 GMT"',
        "a.pdf",
    ),
    named("octet-stream", 'application/octet-stream; name="a.rar"', 'attachment; filename="a.rar"', "a.rar"),
    letter(
        "enclosed-picture",
        multi("mixed", TEXT, file("image/png; name=a.png", "attachment; filename=a.png", PNG)),
        text=SAID,
        attachments=[("a.png", len(PNG), False)],
    ),
    letter(
        "enclosed-two-pictures",
        multi("mixed", TEXT, *(file(f"image/png; name={n}.png", f"attachment; filename={n}.png", PNG) for n in "ab")),
        text=SAID,
        attachments=[("a.png", len(PNG), False), ("b.png", len(PNG), False)],
    ),
    letter(
        "enclosed-text-attached",
        multi("mixed", TEXT, file("text/plain; name=log.txt", "attachment; filename=log.txt", WORDS)),
        text=SAID,
        attachments=[("log.txt", None, False)],
    ),
    letter(
        "enclosed-csv",
        multi("mixed", TEXT, file("text/csv; name=a.csv", "attachment; filename=a.csv", WORDS)),
        text=SAID,
        attachments=[("a.csv", len(WORDS), False)],
    ),
    letter(
        "enclosed-html-attached",
        multi("mixed", TEXT, file("text/html; name=a.html", "attachment; filename=a.html", b"<p>Not the text</p>")),
        text=SAID,
        attachments=[("a.html", None, False)],
    ),
    letter(
        "enclosed-calendar",
        multi(
            "mixed",
            TEXT,
            file(
                "text/calendar; name=invite.ics",
                "attachment; filename=invite.ics",
                b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            ),
        ),
        text=SAID,
        attached=["invite.ics"],
    ),
    letter(
        "enclosed-card",
        multi(
            "mixed",
            TEXT,
            "Content-Type: text/x-vcard; name=jo.vcf\n"
            "Content-Disposition: attachment; filename=jo.vcf\n\nBEGIN:VCARD\nEND:VCARD\n",
        ),
        text=SAID,
        attached=["jo.vcf"],
        count=1,
    ),
    letter(
        "enclosed-mail",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/rfc822; name=old.eml\n"
            "Content-Disposition: attachment; filename=old.eml\n\nFrom: a@x.example\nSubject: Old\n\n"
            "Old words.\n",
        ),
        has=[SAID],
        attachments=[("old.eml", None, False)],
    ),
    letter(
        "enclosed-mail-with-a-file",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/rfc822\n\nFrom: a@x.example\nSubject: Old\n"
            + multi(
                "mixed", TEXT, file("application/pdf; name=in.pdf", "attachment; filename=in.pdf"), boundary="deep"
            ),
        ),
        has=[SAID],
        subject="About my order",
    ),
    letter(
        "enclosed-empty",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/pdf; name=e.pdf\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=e.pdf\n\n",
        ),
        text=SAID,
        attachments=[("e.pdf", 0, False)],
    ),
    letter(
        "enclosed-in-quoted-printable",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/xml; name=a.xml\nContent-Transfer-Encoding: quoted-printable\n"
            'Content-Disposition: attachment; filename=a.xml\n\n<a b=3D"1"/>' + "\n",
        ),
        text=SAID,
        attached=["a.xml"],
        count=1,
    ),
    letter(
        "enclosed-between-alternatives-and-list-footer",
        multi(
            "mixed",
            multi("alternative", TEXT, HTML, boundary="in"),
            file("application/pdf; name=a.pdf", "attachment; filename=a.pdf"),
            "Content-Type: text/plain\n\n-- list footer\n",
        ),
        has=[SAID, "list footer"],
        attachments=[("a.pdf", len(PDF), False)],
    ),
    letter(
        "enclosed-apple-between-texts",
        multi(
            "mixed",
            TEXT,
            file("image/jpeg; name=IMG_1.jpeg", "inline; filename=IMG_1.jpeg", PNG),
            "Content-Type: text/plain\n\nSent from my iPhone\n",
        ),
        has=[SAID, "Sent from my iPhone"],
        attachments=[("IMG_1.jpeg", len(PNG), None)],
    ),
    letter(
        "enclosed-base64-without-line-breaks",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=a.pdf\n\n" + b64(PDF).replace("\n", "") + "\n",
        ),
        text=SAID,
        attachments=[("a.pdf", len(PDF), False)],
    ),
    letter(
        "enclosed-path-in-the-name",
        multi("mixed", TEXT, file("application/pdf", 'attachment; filename="C:\\\\docs\\\\a.pdf"')),
        text=SAID,
        count=1,
    ),
    letter(
        "enclosed-no-name",
        multi("mixed", TEXT, file("application/pdf", "attachment")),
        text=SAID,
        attachments=[(None, len(PDF), False)],
    ),
)
