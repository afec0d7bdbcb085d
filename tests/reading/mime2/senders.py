"""Whole mails of servers, shops and old programs."""

from tests.reading.mime.row import PDF, b64, mail, qp, word_b

MAILS = (
    mail(
        "sent-by-mh-of-1994",
        "Received: by cs.elm.example id AA1; Tue, 1 Mar 94 10:00:00 EST\nTo: support@acme.example\n"
        "Subject: your order form\nFrom: jo@cs.elm.example (Jo Elm)\n"
        "Date: Tue, 1 Mar 94 10:00:00 -0500\nMessage-Id: <9403011500.AA1@cs.elm.example>\n\n"
        "Could you post me one?\n",
        from_=("Jo Elm", "jo@cs.elm.example"),
        date="1994-03-01T10:00:00-05:00",
        text="Could you post me one?",
    ),
    mail(
        "sent-by-elm-of-1995",
        "From: jo@elm.example (Jo Elm)\nMessage-Id: <199502021000.AA2@elm.example>\n"
        "Subject: Re: disks\nTo: support@acme.example (Acme)\n"
        "Date: Thu, 2 Feb 1995 10:00:00 +0100 (MET)\n"
        'In-Reply-To: <1.d@acme.example> from "Acme" at Feb 1, 95 03:00:00 pm\n'
        "X-Mailer: ELM [version 2.4 PL24]\nContent-Type: text\nContent-Length: 20\n\n"
        "The disks are bad.\n",
        to=[("Acme", "support@acme.example")],
        references=["1.d@acme.example"],
        date="1995-02-02T10:00:00+01:00",
        text="The disks are bad.",
    ),
    mail(
        "sent-by-pegasus",
        'From: "Jo Elm" <Jo@elm.example>\nOrganization: Elm\nTo: support@acme.example\n'
        "Date: Mon, 5 May 1997 10:00:00 +0000\nMIME-Version: 1.0\n"
        "Content-type: text/plain; charset=ISO-8859-1\n"
        "Content-transfer-encoding: Quoted-printable\nSubject: Cups\nPriority: normal\n"
        "X-mailer: Pegasus Mail for Windows (v2.53/R1)\n\n" + qp("Drei Tassen für Oma fehlen.\n".encode("latin-1")),
        from_=("Jo Elm", "Jo@elm.example"),
        text="Drei Tassen für Oma fehlen.",
    ),
    mail(
        "sent-by-php-script",
        "To: support@acme.example\nSubject: Bestellung\nFrom: Laden <laden@elm.example>\n"
        "X-Mailer: PHP/5.2\nDate: Sat, 3 Jul 2010 10:00:00 +0200 (CEST)\n\nFür Änne\n",
        from_=("Laden", "laden@elm.example"),
        date="2010-07-03T10:00:00+02:00",
        text="Für Änne",
    ),
    mail(
        "sent-by-java-mail",
        "Date: Sat, 3 Jul 2010 10:00:00 +0200 (CEST)\nFrom: shop@elm.example\n"
        "To: support@acme.example\nMessage-ID: <123.1.45.JavaMail.tomcat@elm>\nSubject: Bill\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; \n\tboundary="----=_Part_1_2.3"\n\n'
        "------=_Part_1_2.3\nContent-Type: text/plain; charset=us-ascii\n"
        "Content-Transfer-Encoding: 7bit\n\nThe bill.\n------=_Part_1_2.3\n"
        "Content-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename=bill.pdf\n\n{b64(PDF)}\n------=_Part_1_2.3--\n",
        message_id="123.1.45.JavaMail.tomcat@elm",
        text="The bill.",
        attachments=[("bill.pdf", len(PDF), False)],
    ),
    mail(
        "sent-by-swift-mailer",
        "Message-ID: <a@swift.generated>\nDate: Fri, 1 Jan 2016 10:00:00 +0000\n"
        "Subject: =?utf-8?Q?Votre_commande_n=C2=B0?= 12\n"
        "From: =?utf-8?Q?Caf=C3=A9?= <cafe@elm.example>\nTo: support@acme.example\n"
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n" + qp("<p>Merci pour le café.</p>\n".encode()),
        from_=("Café", "cafe@elm.example"),
        subject="Votre commande n° 12",
        text="Merci pour le café.",
    ),
    mail(
        "sent-by-python-script",
        'Content-Type: text/plain; charset="utf-8"\nMIME-Version: 1.0\n'
        "Content-Transfer-Encoding: base64\nSubject: =?utf-8?b?w5VodHU=?=\nFrom: jo@elm.example\n"
        "To: a@acme.example, support@acme.example\n\n" + b64("Õhtu jõudis.\n".encode()),
        subject="Õhtu",
        to=[("", "a@acme.example"), ("", "support@acme.example")],
        text="Õhtu jõudis.",
        date=None,
    ),
    mail(
        "sent-by-groupwise",
        "Date: Thu, 4 Mar 2004 10:00:00 +0100\n"
        f"From: {word_b('Jörg Elm', 'utf-8')} <joerg@elm.example>\nTo: <support@acme.example>\n"
        "Subject: Antw: Tisch\nX-Mailer: Novell GroupWise Internet Agent 6.5.1\nMime-Version: 1.0\n"
        "Content-Type: text/plain; charset=US-ASCII\nContent-Disposition: inline\n\n"
        "Der Tisch wackelt.\n\n>>> Acme Support 03/03/04 09:00 >>>\nWie geht es dem Tisch?\n",
        from_=("Jörg Elm", "joerg@elm.example"),
        has=["Der Tisch wackelt.", "Wie geht es dem Tisch?"],
        attachments=[],
    ),
    mail(
        "sent-by-squirrel-mail",
        "Message-ID: <1.192.0.2.1.9.squirrel@web.elm.example>\n"
        "Date: Tue, 6 Jun 2006 10:00:00 +0200 (CEST)\nSubject: Lampe\n"
        'From: "Jo Elm" <jo@elm.example>\nTo: support@acme.example\nReply-To: jo2@elm.example\n'
        "User-Agent: SquirrelMail/1.4.6\nMIME-Version: 1.0\n"
        "Content-Type: text/plain;charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n"
        "X-Priority: 3 (Normal)\nImportance: Normal\n\nDie Lampe flackert für immer.\n",
        charset="latin-1",
        reply_to=[("", "jo2@elm.example")],
        text="Die Lampe flackert für immer.",
    ),
    mail(
        "sent-by-imp-web-mail",
        "Message-ID: <1078.abc@web.elm.example>\nDate: Mon,  8 Mar 2004 10:00:00 +0100\n"
        "From: jo@elm.example\nTo: support@acme.example\nSubject: Lamp\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="-MOQ1078"\nContent-Transfer-Encoding: 8bit\n'
        "User-Agent: Internet Messaging Program (IMP) 3.2\n\nThis message is in MIME format.\n\n"
        "---MOQ1078\nContent-Type: text/plain; charset=ISO-8859-1\n"
        "Content-Transfer-Encoding: 8bit\n\nSee the note.\n\n---MOQ1078\n"
        'Content-Type: text/plain; name="note.txt"\n'
        'Content-Disposition: attachment; filename="note.txt"\n\nInside.\n---MOQ1078--\n',
        text="See the note.",
        attachments=[("note.txt", None, False)],
    ),
)
