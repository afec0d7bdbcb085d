"""Parts of every sort: reports, digests, messages, calendars, cards, files that are the whole mail."""

from .row import PDF, PNG, b64
from .structure import (
    A_PNG,
    BILL,
    CALENDAR,
    FOOTER,
    HTML,
    IMAGE,
    INNER,
    LOGO,
    LOGO_SHOWN,
    PAPER,
    RELATED_HTML,
    SAID,
    TEXT,
    multi,
    nested,
    row,
)

MAILS = (
    row(
        "signed",
        multi(
            "signed",
            TEXT,
            "Content-Type: application/pgp-signature; name=signature.asc\n\n"
            "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n",
            more='; micalg=pgp-sha256; protocol="application/pgp-signature"',
        ),
        text=SAID,
    ),
    row(
        "signed-mixed",
        multi(
            "signed",
            nested("mixed", TEXT, PAPER),
            "Content-Type: application/pkcs7-signature; "
            f"name=smime.p7s\nContent-Transfer-Encoding: base64\n\n{b64(b'0' * 90)}",
            more='; micalg=sha1; protocol="application/pkcs7-signature"',
        ),
        text=SAID,
        attached=["bill.pdf"],
    ),
    row(
        "signed-in-mixed-of-a-list",
        multi(
            "mixed",
            nested(
                "signed",
                TEXT,
                "Content-Type: application/pgp-signature\n\n"
                "-----BEGIN PGP SIGNATURE-----\n\nab\n-----END PGP SIGNATURE-----\n",
            ),
            FOOTER,
        ),
        has=[SAID, "shop mailing list"],
    ),
    row(
        "encrypted",
        multi(
            "encrypted",
            "Content-Type: application/pgp-encrypted\n\nVersion: 1\n",
            "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\nabcd\n"
            "-----END PGP MESSAGE-----\n",
            more='; protocol="application/pgp-encrypted"',
        ),
        attached=["encrypted.asc"],
    ),
    row(
        "report-of-reading",
        multi(
            "report",
            TEXT,
            "Content-Type: message/disposition-notification\n\n"
            "Reporting-UA: x; Mailer\nFinal-Recipient: rfc822;mari@kaup.example\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n",
            more="; report-type=disposition-notification",
        ),
        has=[SAID],
    ),
    row(
        "report-of-delivery",
        multi(
            "report",
            TEXT,
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
            "Final-Recipient: rfc822; no@post.example\nAction: failed\nStatus: 5.1.1\n",
            "Content-Type: text/rfc822-headers\n\nFrom: support@acme.example\nSubject: Yours\n",
            more="; report-type=delivery-status",
        ),
        has=[SAID],
    ),
    row("digest", multi("digest", f"\n{INNER}", f"\n{INNER}"), count=2),
    row(
        "digest-in-mixed",
        multi("mixed", TEXT, multi("digest", f"\n{INNER}", f"\n{INNER}", boundary="dg"), FOOTER),
        has=[SAID, "shop mailing list"],
    ),
    row("parallel", multi("parallel", TEXT, IMAGE), text=SAID, attachments=[A_PNG]),
    row("unknown-subtype", multi("x-unknown", TEXT, IMAGE), text=SAID, attachments=[A_PNG]),
    row(
        "form-data",
        multi(
            "form-data",
            'Content-Disposition: form-data; name="complaint"\n\nThe parcel is broken.\n',
            'Content-Disposition: form-data; name="photo"; filename="a.png"\nContent-Type: image/png\n'
            f"Content-Transfer-Encoding: base64\n\n{b64(PNG)}",
        ),
        has=[SAID],
        attached=["a.png"],
    ),
    row(
        "appledouble",
        multi(
            "mixed",
            TEXT,
            nested(
                "appledouble",
                "Content-Type: application/applefile; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
                "Content-Disposition: attachment; filename=bill.pdf\n\n"
                + b64(bytes([0, 5, 22, 7, 0, 2, 0, 0]) + bytes(40)),
                PAPER,
            ),
        ),
        text=SAID,
        attached=["bill.pdf"],
    ),
    row("message-attached", multi("mixed", TEXT, f"Content-Type: message/rfc822\n\n{INNER}"), has=[SAID], count=1),
    row(
        "message-attached-with-a-name",
        multi(
            "mixed",
            TEXT,
            'Content-Type: message/rfc822; name="Inside.eml"\n'
            f'Content-Disposition: attachment; filename="Inside.eml"\n\n{INNER}',
        ),
        has=[SAID],
        attachments=[("Inside.eml", None, False)],
    ),
    row(
        "message-attached-in-base64",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/rfc822; name=in.eml\n"
            "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; "
            f"filename=in.eml\n\n{b64(INNER.encode())}",
        ),
        has=[SAID],
        attachments=[("in.eml", None, False)],
    ),
    row(
        "message-with-attachments-attached",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/rfc822; name=in.eml\nContent-Disposition: attachment; filename=in.eml\n\n"
            "From: Ann <ann@post.example>\nSubject: Inside\nMIME-Version: 1.0\n"
            + multi("mixed", "\nInner.\n", IMAGE, boundary="deep"),
        ),
        has=[SAID],
        attached=["in.eml"],
    ),
    row(
        "message-as-the-whole", f"Content-Type: message/rfc822\n\n{INNER}", from_=("Mari Maasikas", "mari@kaup.example")
    ),
    row(
        "message-partial",
        'Content-Type: message/partial; id="p@kaup.example"; number=1; total=2\n\nSubject: Big one\n\nFirst piece.\n',
        subject="About my order",
    ),
    row(
        "external-body",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/external-body; access-type=URL; "
            'URL="https://files.example/a.pdf"\n\nContent-Type: application/pdf\n\n',
        ),
        has=[SAID],
    ),
    row(
        "vcard",
        multi(
            "mixed",
            TEXT,
            'Content-Type: text/x-vcard; charset=utf-8; name="mari.vcf"\n'
            'Content-Disposition: attachment; filename="mari.vcf"\n\nBEGIN:VCARD\nFN:Mari\nEND:VCARD\n',
        ),
        text=SAID,
        attachments=[("mari.vcf", None, False)],
    ),
    row(
        "calendar-attached",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/ics; name=invite.ics\nContent-Disposition: "
            f"attachment; filename=invite.ics\n\n{CALENDAR}",
        ),
        text=SAID,
        attachments=[("invite.ics", None, False)],
    ),
    row("calendar-alone", f"Content-Type: text/calendar; method=REQUEST\n\n{CALENDAR}", subject="About my order"),
    row(
        "tnef",
        multi(
            "mixed",
            TEXT,
            'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="winmail.dat"\n\n'
            f"{b64(bytes([0x78, 0x9F, 0x3E, 0x22, 1, 0]) + bytes(20))}",
        ),
        text=SAID,
        attachments=[("winmail.dat", 26, False)],
    ),
    row(
        "whole-is-a-pdf",
        f"Content-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}",
        text="",
        attachments=[BILL],
    ),
    row(
        "whole-is-an-image",
        f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{b64(PNG)}",
        text="",
        attachments=[(None, len(PNG), None)],
    ),
    row(
        "whole-is-a-fax",
        'Content-Type: image/tiff; name="fax.tif"\nContent-Transfer-Encoding: base64\n\n' + b64(b"II*\0" + bytes(60)),
        text="",
        attachments=[("fax.tif", 64, None)],
    ),
    row(
        "whole-is-a-voice",
        "Content-Type: audio/wav; name=message.wav\nContent-Transfer-Encoding: base64\nContent-Disposition: "
        "inline; filename=message.wav\n\n" + b64(b"RIFF" + bytes(60)),
        attachments=[("message.wav", 64, None)],
    ),
    row(
        "text-attached-is-no-text",
        multi(
            "mixed",
            TEXT,
            "Content-Type: text/plain; name=log.txt\nContent-Disposition: "
            "attachment; filename=log.txt\n\nLogged words.\n",
        ),
        text=SAID,
        attachments=[("log.txt", None, False)],
    ),
    row(
        "html-attached-is-no-text",
        multi(
            "mixed",
            TEXT,
            "Content-Type: text/html; name=page.html\nContent-Disposition: "
            "attachment; filename=page.html\n\n<p>A page.</p>\n",
        ),
        text=SAID,
        attachments=[("page.html", None, False)],
    ),
    row(
        "only-an-attached-text",
        multi(
            "mixed", "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nAttached words.\n"
        ),
        attachments=[("a.txt", None, False)],
    ),
    row(
        "text-said-to-be-inline",
        multi("mixed", "Content-Type: text/plain\nContent-Disposition: inline\n\n" + SAID + "\n", PAPER),
        text=SAID,
        attachments=[BILL],
    ),
    row(
        "xml-and-csv",
        multi(
            "mixed",
            TEXT,
            "Content-Type: text/csv; name=a.csv\nContent-Disposition: attachment; filename=a.csv\n\na,b\n",
            "Content-Type: text/xml; name=a.xml\nContent-Disposition: attachment; filename=a.xml\n\n<a/>\n",
        ),
        text=SAID,
        attachments=[("a.csv", None, False), ("a.xml", None, False)],
    ),
    row(
        "patch-inline",
        multi(
            "mixed",
            TEXT,
            "Content-Type: text/x-patch; name=fix.diff\nContent-Disposition: attachment; "
            "filename=fix.diff\n\n--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
        ),
        text=SAID,
        attachments=[("fix.diff", None, False)],
    ),
    row(
        "message-in-quoted-printable",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/rfc822; name=in.eml\nContent-Transfer-Encoding: "
            f"quoted-printable\nContent-Disposition: attachment; filename=in.eml\n\n{INNER}",
        ),
        has=[SAID],
        attached=["in.eml"],
    ),
    row("voice-message", multi("voice-message", TEXT, IMAGE), text=SAID, attachments=[A_PNG]),
    row(
        "binhex",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/mac-binhex40; name=a.hqx\nContent-Disposition: attachment; "
            "filename=a.hqx\n\n(This file must be converted with BinHex 4.0)\n\n:abc:\n",
        ),
        text=SAID,
        attached=["a.hqx"],
    ),
    row(
        "footer-of-exchange",
        multi(
            "mixed",
            TEXT,
            PAPER,
            "Content-Type: text/plain; name=ATT00001.txt\n"
            "Content-Disposition: attachment; filename=ATT00001.txt\n\n--\nfooter\n",
        ),
        text=SAID,
        attachments=[BILL, ("ATT00001.txt", None, False)],
    ),
    row(
        "paper-said-to-be-inline",
        multi("mixed", TEXT, PAPER.replace("attachment;", "inline;")),
        text=SAID,
        attachments=[("bill.pdf", len(PDF), None)],
    ),
    row(
        "calendar-of-two-parts",
        multi(
            "mixed",
            multi(
                "alternative",
                TEXT,
                HTML,
                f"Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n{CALENDAR}",
                boundary="in",
            ),
            'Content-Type: application/ics; name="invite.ics"\nContent-Disposition: '
            f'attachment; filename="invite.ics"\nContent-Transfer-Encoding: base64\n\n{b64(CALENDAR.encode())}',
        ),
        text=SAID,
        attached=["invite.ics"],
    ),
    row(
        "message-inline",
        multi("mixed", TEXT, f"Content-Type: message/rfc822\nContent-Disposition: inline\n\n{INNER}"),
        has=[SAID],
        count=1,
    ),
    row(
        "message-global",
        multi(
            "mixed",
            TEXT,
            f"Content-Type: message/global; name=in.eml\nContent-Disposition: attachment; filename=in.eml\n\n{INNER}",
        ),
        has=[SAID],
        attached=["in.eml"],
    ),
    row("message-empty", multi("mixed", TEXT, "Content-Type: message/rfc822\n\n"), has=[SAID], count=1),
    row(
        "message-without-fields",
        multi("mixed", TEXT, "Content-Type: message/rfc822\n\n\nWords alone.\n"),
        has=[SAID],
        count=1,
    ),
    row("unknown-text-in-mixed", multi("mixed", TEXT, "Content-Type: text/x-log\n\nA line of the log.\n"), has=[SAID]),
    row(
        "http-response",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/http; name=r.http\nContent-Disposition: attachment; "
            "filename=r.http\n\nHTTP/1.1 200 OK\n\n",
        ),
        text=SAID,
        attachments=[("r.http", None, False)],
    ),
    row(
        "json-without-a-name", multi("mixed", TEXT, 'Content-Type: application/json\n\n{"a": 1}\n'), text=SAID, count=1
    ),
    row(
        "octets-without-a-name",
        multi(
            "mixed",
            TEXT,
            "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" + b64(bytes(30)),
        ),
        text=SAID,
        attachments=[(None, 30, None)],
    ),
    row(
        "font-and-model",
        multi(
            "mixed",
            TEXT,
            "Content-Type: font/woff; name=a.woff\nContent-Transfer-Encoding: base64\n\n" + b64(bytes(9)),
            "Content-Type: model/x; name=b.obj\nContent-Transfer-Encoding: base64\n\n" + b64(bytes(8)),
        ),
        text=SAID,
        attachments=[("a.woff", 9, None), ("b.obj", 8, None)],
    ),
    row(
        "richtext-of-1992",
        "Content-Type: text/richtext\n\n<bold>The parcel</bold> is broken.<nl>\n",
        has=["The parcel", "is broken."],
    ),
    row(
        "watch-html-of-apple",
        multi("alternative", TEXT, "Content-Type: text/watch-html\n\n<b>no</b>\n", HTML),
        text=SAID,
        attachments=[],
    ),
    row(
        "image-map-of-related-in-mixed",
        multi("mixed", nested("related", RELATED_HTML, LOGO), IMAGE),
        has=[SAID],
        attachments=[LOGO_SHOWN, A_PNG],
    ),
    row(
        "notification-of-delay-of-old-postmasters",
        multi(
            "mixed",
            TEXT,
            "Content-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; no@post.example\nAction: "
            "delayed\nStatus: 4.4.1\n",
        ),
        has=[SAID],
    ),
)
