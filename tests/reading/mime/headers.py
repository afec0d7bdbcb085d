"""The header section: folding, white space, names of fields, repetitions, and what stands above it."""

from .row import Row, letter, mail

LONG = "word " * 2000
HEAD = "From: Mari Maasikas <mari@kaup.example>\nTo: support@acme.example\nSubject: About my order\n"
SHOWN = {"from_": ("Mari Maasikas", "mari@kaup.example"), "subject": "About my order"}


def head(id: str, fields: str | bytes, **expected: object) -> Row:
    return letter(f"header-{id}", fields, **expected)


MAILS = (
    head("folded-subject", "Subject: The parcel\n is broken", subject="The parcel is broken"),
    head("folded-by-tab", "Subject: The parcel\n\tis broken", subject="The parcel is broken"),
    head("folded-often", "Subject: The\n parcel\n \tis\n   broken", subject="The parcel is broken"),
    head("folded-at-once", "Subject:\n The parcel is broken", subject="The parcel is broken"),
    head(
        "folded-after-a-long-name", "Message-ID:\n <long.id.0001@kaup.example>", message_id="long.id.0001@kaup.example"
    ),
    head("line-of-spaces-in-a-fold", "Subject: The parcel\n  \n is broken\nX-Mailer: x", from_=SHOWN["from_"]),
    head("no-space-after-colon", "Subject:The parcel", subject="The parcel"),
    head("space-before-colon", "Subject : The parcel", subject="The parcel"),
    head("tab-after-colon", "Subject:\tThe parcel", subject="The parcel"),
    head("trailing-spaces", "Subject: The parcel   \t ", subject="The parcel"),
    head("capitals", "SUBJECT: The parcel", subject="The parcel"),
    head(
        "small-letters",
        "subject: The parcel\nmessage-id: <low@kaup.example>",
        subject="The parcel",
        message_id="low@kaup.example",
    ),
    head("empty-subject", "Subject:", subject=""),
    head("subject-of-spaces", "Subject:    ", subject=""),
    head("subject-with-colons", "Subject: Re: Fwd: Order: 12: late", subject="Re: Fwd: Order: 12: late"),
    head("subject-huge", f"Subject: {LONG}", subject=LONG),
    head("subject-twice", "Subject: First\nSubject: Second", subject="First"),
    head("unknown-fields", "X-Weird_Name!: 1\nX-Empty:\nx: y", **SHOWN),
    head("field-without-a-value-last", "X-Last:", **SHOWN),
    head("very-many-fields", "\n".join(f"X-Spam-Note-{n}: note {n}" for n in range(2000)), **SHOWN),
    head("huge-field", f"X-Huge: {'a' * 300_000}", **SHOWN),
    head("huge-folded-field", "X-Huge:" + "\n aaaaaaaaaaaaaaaaaaaa" * 10_000, **SHOWN),
    head(
        "received-many",
        "Received: from a.example by b.example;\n Mon, 12 May 2014 08:09:10 +0300\n" * 40 + "X-Mailer: The Mailer",
        **SHOWN,
    ),
    head(
        "message-id-with-a-comment",
        "Message-ID: <c1@kaup.example> (added by relay.example)",
        message_id="c1@kaup.example",
    ),
    head("message-id-in-capitals", "MESSAGE-ID: <C2@KAUP.EXAMPLE>", message_id="C2@KAUP.EXAMPLE"),
    head("message-id-without-brackets", "Message-ID: bare.7@kaup.example", message_id="bare.7@kaup.example"),
    head("message-id-without-at", "Message-ID: <20140512.onlyleft>", message_id="20140512.onlyleft"),
    head(
        "message-id-odd",
        "Message-ID: <$a%b&c'd*e+f/g=h?i^j_k`l{m|n}o~p@kaup.example>",
        message_id="$a%b&c'd*e+f/g=h?i^j_k`l{m|n}o~p@kaup.example",
    ),
    head("message-id-with-literal", "Message-ID: <1.2.3@[192.0.2.1]>", message_id="1.2.3@[192.0.2.1]"),
    head(
        "mime-version-with-comment",
        "MIME-Version: 1.0 (Mailer 3.1)\nContent-Type: text/plain; charset=utf-8\n\nTõrge\n",
        text="Tõrge",
    ),
    head(
        "no-mime-version",
        "X-Mailer: x\nContent-Type: text/html; charset=utf-8\n\n<p>Tõrge <b>suur</b></p>\n",
        words="Tõrge suur",
    ),
    head(
        "content-type-in-capitals",
        "CONTENT-TYPE: TEXT/HTML; CHARSET=UTF-8\n\n<p>Tõrge <b>suur</b></p>\n",
        words="Tõrge suur",
    ),
    head(
        "content-type-with-comments",
        "Content-Type: text/plain (plain text); charset=koi8-r (Cyrillic)\n\nПривет, это жалоба\n",
        charset="koi8-r",
        text="Привет, это жалоба",
    ),
    head(
        "content-type-folded",
        'Content-Type: text/html;\n\tcharset="utf-8"\n\n<p>Tõrge <b>suur</b></p>\n',
        words="Tõrge suur",
    ),
    head(
        "content-type-with-trailing-semicolon",
        "Content-Type: text/html; charset=utf-8;\n\n<i>Tõrge</i> suur\n",
        words="Tõrge suur",
    ),
    head("content-type-text-alone", "Content-Type: text\n\nPlain words.\n", text="Plain words."),
    head("content-type-empty", "Content-Type:\n\nPlain words.\n", text="Plain words."),
    head("content-type-nonsense", "Content-Type: nonsense\n\nPlain words.\n", text="Plain words."),
    head(
        "content-type-of-spaces",
        "Content-Type: text / html; charset = utf-8\n\n<i>Tõrge</i> suur\n",
        has=["Tõrge", "suur"],
    ),
    head("transfer-encoding-in-capitals", "Content-Transfer-Encoding: QUOTED-PRINTABLE\n\nA=3DB\n", text="A=B"),
    head(
        "transfer-encoding-with-spaces",
        "Content-Transfer-Encoding:   base64  \n\nSGVsbG8gdGhlcmU=\n",
        text="Hello there",
    ),
    head(
        "transfer-encoding-with-comment",
        "Content-Transfer-Encoding: base64 (by relay)\n\nSGVsbG8gdGhlcmU=\n",
        text="Hello there",
    ),
    head("transfer-encoding-quoted", 'Content-Transfer-Encoding: "base64"\n\nSGVsbG8gdGhlcmU=\n', text="Hello there"),
    head("transfer-encoding-unknown", "Content-Transfer-Encoding: 8-bits\n\nTõrge\n", has=["rge"]),
    head("transfer-encoding-empty", "Content-Transfer-Encoding:\n\nHello there\n", text="Hello there"),
    mail(
        "header-mbox-line-first",
        f"From mari@kaup.example Mon May 12 08:09:10 2014\n{HEAD}\nHello there.\n",
        **SHOWN,
        text="Hello there.",
    ),
    mail(
        "header-quoted-mbox-line-first",
        f">From mari@kaup.example Mon May 12 08:09:10 2014\n{HEAD}\nHello there.\n",
        **SHOWN,
    ),
    mail("header-mark-of-utf-8-first", f"\ufeff{HEAD}\nHello there.\n", **SHOWN, text="Hello there."),
    mail("header-only", HEAD, **SHOWN, text=""),
    mail("header-only-with-blank-line", HEAD + "\n", **SHOWN, text=""),
    mail("header-without-a-last-line-break", HEAD.rstrip(), **SHOWN, text=""),
    mail(
        "header-none", "Hello, my parcel is broken.\nPlease answer.\n", from_=None, subject="", has=["Please answer."]
    ),
    mail(
        "header-blank-line-first-after-mbox",
        f"From x@y Mon May 12 08:09:10 2014\n{HEAD}\n\n\nHello there.\n",
        **SHOWN,
        text="Hello there.",
    ),
    mail(
        "header-from-alone",
        "From: mari@kaup.example\n\nHello there.\n",
        from_=("", "mari@kaup.example"),
        to=[],
        cc=[],
        subject="",
        references=[],
        text="Hello there.",
    ),
    mail(
        "header-without-from",
        "Subject: Who\nTo: support@acme.example\n\nHello there.\n",
        from_=None,
        subject="Who",
        text="Hello there.",
    ),
    mail(
        "header-line-without-colon-in-it",
        f"{HEAD}This is no field\nX-Mailer: x\n\nHello there.\n",
        **SHOWN,
        has=["Hello there."],
    ),
    mail(
        "header-text-without-blank-line",
        f"{HEAD}Hello there, the blank line is missing\n\nSecond paragraph.\n",
        **SHOWN,
        has=["Second paragraph."],
    ),
    mail(
        "header-lone-carriage-returns",
        f"{HEAD}\nHello there.\nBye.\n".replace("\n", "\r"),
        exact=True,
        **SHOWN,
        has=["Hello there.", "Bye."],
    ),
    mail(
        "header-carriage-returns-doubled",
        f"{HEAD}\nHello there.\nBye.\n".replace("\n", "\r\r\n"),
        exact=True,
        **SHOWN,
        has=["Hello there.", "Bye."],
    ),
    mail(
        "header-mixed-line-ends",
        "From: Mari Maasikas <mari@kaup.example>\r\nSubject: About my order\n\r\nHello\r\nthere.\n",
        exact=True,
        **SHOWN,
        text="Hello\nthere.",
    ),
    mail(
        "header-nul-in-it",
        "From: Mari Maasikas <mari@kaup.example>\nX-A: a\0b\nSubject: About my order\n\nHello\n",
        **SHOWN,
        text="Hello",
    ),
    mail(
        "header-without-id-and-date",
        f"{HEAD}\nHello there.\n",
        **SHOWN,
        message_id=None,
        date=None,
        text="Hello there.",
    ),
    head("message-id-empty", "Message-ID:", message_id=None),
    head(
        "fields-of-lists",
        "List-Id: <shop.lists.example>\nList-Post: <mailto:shop@lists.example>\nSender: x@lists.example",
        **SHOWN,
    ),
    head(
        "resent-fields-are-not-the-first",
        "Resent-From: Ann <ann@post.example>\nResent-To: b@post.example\n"
        "Resent-Date: Mon, 12 May 2014 08:09:10 +0300\nResent-Message-ID: <r@post.example>",
        **SHOWN,
    ),
    head("sender-is-not-from", "Sender: Ann <ann@post.example>", **SHOWN),
    head(
        "delivered-to",
        "Return-Path: <bounce@lists.example>\nDelivered-To: desk@acme.example\nEnvelope-To: x@acme.example",
        **SHOWN,
    ),
    head("subject-of-8-bit-control-bytes", b"Subject: The \x80\x81 parcel", has=["Hello there."]),
    head("line-of-a-megabyte-without-colon", "x" * 1_000_000 + ": y", **SHOWN),
)
