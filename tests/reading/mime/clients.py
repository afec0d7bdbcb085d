"""Whole mails as clients, web mail, servers and scripts of four decades put them together."""

from .row import PDF, PNG, b64, letter, mail, qp, word_b
from .structure import multi

DESK = [("Acme Support", "support@acme.example")]


def image(fields: str) -> str:
    return f"{fields}\nContent-Transfer-Encoding: base64\n\n{b64(PNG)}"


def paper(fields: str) -> str:
    return f"{fields}\nContent-Transfer-Encoding: base64\n\n{b64(PDF)}"


MAILS = (
    mail(
        "pine-of-1996",
        """From kask@cs.uni.example  Tue Apr 16 09:12:44 1996
Received: (from kask@localhost) by cs.uni.example (8.6.12/8.6.9) id JAA01234; Tue, 16 Apr 1996 09:12:44 +0300
Date: Tue, 16 Apr 1996 09:12:43 +0300 (EET DST)
From: Toomas Kask <kask@cs.uni.example>
X-Sender: kask@cs
To: support@acme.example
cc: orders@acme.example
Subject: Re: your catalogue
In-Reply-To: <Pine.SUN.3.91.960415120000.1A-100000@acme.example>
Message-ID: <Pine.SOL.3.91.960416091100.123B-100000@cs.uni.example>
MIME-Version: 1.0
Content-Type: TEXT/PLAIN; charset=US-ASCII

On Mon, 15 Apr 1996, Support wrote:

> It was sent.

It never came.

Toomas
""",
        from_=("Toomas Kask", "kask@cs.uni.example"),
        to=[("", "support@acme.example")],
        cc=[("", "orders@acme.example")],
        date="1996-04-16T09:12:43+03:00",
        references=["Pine.SUN.3.91.960415120000.1A-100000@acme.example"],
        subject="Re: your catalogue",
        text="On Mon, 15 Apr 1996, Support wrote:\n\n> It was sent.\n\nIt never came.\n\nToomas",
        attachments=[],
    ),
    mail(
        "eudora-of-1997",
        f"""X-Sender: jroe@pop.post.example
X-Mailer: Windows Eudora Pro Version 3.0 (32)
Mime-Version: 1.0
Content-Type: multipart/mixed; boundary="=====================_861234567==_"
Date: Tue, 15 Apr 1997 14:15:16 -0500
To: Acme Support <support@acme.example>
From: Jane Roe <jroe@post.example>
Subject: Broken modem

--=====================_861234567==_
Content-Type: text/plain; charset="us-ascii"

The modem is broken. Picture attached.

--=====================_861234567==_
{
            image(
                'Content-Type: image/png; name="modem.png";'
                + chr(10)
                + ' x-mac-type="504E4766"; x-mac-creator="4A565752"'
                + chr(10)
                + 'Content-Disposition: attachment; filename="modem.png"'
            )
        }
--=====================_861234567==_
Content-Type: text/plain; charset="us-ascii"

--
Jane Roe

--=====================_861234567==_--

""",
        from_=("Jane Roe", "jroe@post.example"),
        to=DESK,
        date="1997-04-15T14:15:16-05:00",
        has=["The modem is broken.", "Jane Roe"],
        attachments=[("modem.png", len(PNG), False)],
    ),
    mail(
        "netscape-of-1999",
        """Message-ID: <37A1B2C3.D4E5F607@post.example>
Date: Fri, 30 Jul 1999 16:17:18 +0200
From: "Müller, Jörg" <jm@post.example>
Organization: Müller & Söhne
X-Mailer: Mozilla 4.51 [de] (WinNT; I)
X-Accept-Language: de
MIME-Version: 1.0
To: support@acme.example
Subject: Lieferung beschädigt
Content-Type: multipart/mixed;
 boundary="------------2A3B4C5D6E7F"

Dies ist eine mehrteilige Nachricht im MIME-Format.
--------------2A3B4C5D6E7F
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Die Lieferung ist beschädigt.

--------------2A3B4C5D6E7F
Content-Type: text/x-vcard; charset=us-ascii;
 name="jm.vcf"
Content-Transfer-Encoding: 7bit
Content-Description: Card for Joerg
Content-Disposition: attachment;
 filename="jm.vcf"

begin:vcard
n:Mueller;Joerg
end:vcard

--------------2A3B4C5D6E7F--

""",
        charset="latin-1",
        from_=("Müller, Jörg", "jm@post.example"),
        subject="Lieferung beschädigt",
        text="Die Lieferung ist beschädigt.",
        attachments=[("jm.vcf", None, False)],
    ),
    mail(
        "outlook-express-of-2003",
        f"""Message-ID: <000a01c3a1b2$c3d4e5f0$0100a8c0@home>
From: {word_b("Ирина Петрова", "koi8-r")} <irina@pochta.example>
To: "Acme Support" <support@acme.example>
References: <20031105120000.1234@acme.example>
Subject: {word_b("Re: Заказ 4471", "koi8-r")}
Date: Thu, 6 Nov 2003 10:11:12 +0300
MIME-Version: 1.0
Content-Type: multipart/alternative;
\tboundary="----=_NextPart_000_0007_01C3A456.789ABCD0"
X-Priority: 3
X-MSMail-Priority: Normal
X-Mailer: Microsoft Outlook Express 6.00.2800.1158
X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2800.1165

This is a multi-part message in MIME format.

------=_NextPart_000_0007_01C3A456.789ABCD0
Content-Type: text/plain;
\tcharset="koi8-r"
Content-Transfer-Encoding: quoted-printable

{qp("Посылка не пришла.".encode("koi8-r"))}
------=_NextPart_000_0007_01C3A456.789ABCD0
Content-Type: text/html;
\tcharset="koi8-r"
Content-Transfer-Encoding: quoted-printable

<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">
<HTML><HEAD><META http-equiv=3DContent-Type content=3D"text/html; =
charset=3Dkoi8-r"></HEAD><BODY><DIV>
{qp("Посылка не пришла.".encode("koi8-r"))}</DIV></BODY></HTML>

------=_NextPart_000_0007_01C3A456.789ABCD0--

""",
        from_=("Ирина Петрова", "irina@pochta.example"),
        to=DESK,
        subject="Re: Заказ 4471",
        text="Посылка не пришла.",
        references=["20031105120000.1234@acme.example"],
        html_has=["Посылка не пришла."],
        attachments=[],
    ),
    mail(
        "outlook-with-a-logo-of-2010",
        'From: "Roe, Jane (Sales)" <Jane.Roe@post.example>\nTo: Acme Support <support@acme.example>\nCC: "Doe, John" '
        "<john@post.example>\nDate: Wed, 6 Oct 2010 11:12:13 +0100\nSubject: RE: Order 4471\nThread-Topic: Order 4471\n"
        "Thread-Index: ActlABCDEFGHijklmn==\nMessage-ID:\n <A1B2C3D4E5F6A1B2C3D4E5F6A1B2@MBX01.post.example>\n"
        "References: <m7@acme.example>\nIn-Reply-To: <m7@acme.example>\nAccept-Language: "
        "en-GB\nContent-Language: en-GB\n"
        "X-MS-Has-Attach: yes\nX-MS-TNEF-Correlator:\nMIME-Version: 1.0\n"
        + multi(
            "related",
            multi(
                "alternative",
                'Content-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n\n'
                "It cost =A325.\n\n[cid:image001.png@01CB6500.A1B2C3D0]\n",
                'Content-Type: text/html; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n\n'
                '<html><body><p class=3D"MsoNormal">It cost =A325.</p><img '
                'src=3D"cid:image001.png@01CB6500.A1B2C3D0"></body></html>\n',
                boundary="_001_",
            ),
            image(
                'Content-Type: image/png; name="image001.png"\nContent-Description: image001.png\n'
                'Content-Disposition: inline; filename="image001.png"; '
                'size=70;\n\tcreation-date="Wed, 06 Oct 2010 10:12:13 GMT"\n'
                "Content-ID: <image001.png@01CB6500.A1B2C3D0>"
            ),
            boundary="_002_",
            more=';\n\ttype="multipart/alternative"',
        ),
        from_=("Roe, Jane (Sales)", "Jane.Roe@post.example"),
        cc=[("Doe, John", "john@post.example")],
        has=["It cost £25."],
        attachments=[("image001.png", len(PNG), True)],
        references=["m7@acme.example"],
        message_id="A1B2C3D4E5F6A1B2C3D4E5F6A1B2@MBX01.post.example",
    ),
    mail(
        "apple-mail-with-pictures-between",
        "From: Ann Lee <ann@post.example>\nContent-Type: multipart/mixed; boundary=Apple-Mail-4-123456789\n"
        "Subject: Two pictures\nDate: Sun, 3 Jan 2010 12:13:14 -0800\nMessage-Id: <5D1C-AB@post.example>\n"
        "To: Acme Support <support@acme.example>\nMime-Version: 1.0 (Apple Message framework v1077)\n"
        "X-Mailer: Apple Mail (2.1077)\n\n\n--Apple-Mail-4-123456789\nContent-Transfer-Encoding: 7bit\n"
        "Content-Type: text/plain;\n\tcharset=us-ascii\n\nFirst picture:\n\n\n--Apple-Mail-4-123456789\n"
        + image(
            "Content-Disposition: inline;\n\tfilename=one.png\nContent-Type: "
            'image/png;\n\tx-unix-mode=0644;\n\tname="one.png"'
        )
        + "\n--Apple-Mail-4-123456789\nContent-Transfer-Encoding: 7bit\nContent-Type: "
        "text/plain;\n\tcharset=us-ascii\n\n\n\n"
        "Second picture:\n\n\n--Apple-Mail-4-123456789\n"
        + image(
            "Content-Disposition: inline;\n\tfilename*=utf-8''%C3%B5.png\nContent-Type: "
            "image/png;\n\tx-unix-mode=0644;\n"
            '\tname="=?utf-8?Q?=C3=B5=2Epng?="'
        )
        + "\n--Apple-Mail-4-123456789\nContent-Transfer-Encoding: 7bit\nContent-Type: "
        "text/plain;\n\tcharset=us-ascii\n\n\n\n"
        "Ann\n--Apple-Mail-4-123456789--\n",
        has=["First picture:", "Second picture:", "Ann"],
        attachments=[("one.png", len(PNG), None), ("õ.png", len(PNG), None)],
        message_id="5D1C-AB@post.example",
    ),
    mail(
        "iphone-photo-alone",
        "Content-Type: multipart/mixed; boundary=Apple-Mail-8A-1\nContent-Transfer-Encoding: "
        "7bit\nFrom: =?utf-8?Q?P=C3=A4r_Ek?= "
        "<par@post.example>\nMime-Version: 1.0 (1.0)\nDate: Fri, 13 Mar 2020 07:08:09 "
        "+0100\nSubject: Broken\nMessage-Id: "
        "<A-B-C@post.example>\nTo: support@acme.example\nX-Mailer: iPhone Mail (17D50)\n\n\n--Apple-Mail-8A-1\n"
        + image(
            "Content-Type: image/png;\n\tname=IMG_0001.png;\n\tx-apple-part-url=AB-1\nContent-Disposition: inline;\n\t"
            "filename=IMG_0001.png"
        )
        + "\n--Apple-Mail-8A-1\nContent-Type: text/plain;\n\tcharset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n\n\n"
        "Sent from my iPhone\n--Apple-Mail-8A-1--\n",
        from_=("Pär Ek", "par@post.example"),
        text="Sent from my iPhone",
        attachments=[("IMG_0001.png", len(PNG), None)],
    ),
    mail(
        "gmail-reply",
        "MIME-Version: 1.0\nReferences: <m1@acme.example> <CAB1=x@mail.gmail.example> <m2@acme.example>\nIn-Reply-To: "
        "<m2@acme.example>\nFrom: =?UTF-8?Q?Ana_Kov=C4=8D?= <ana@post.example>\nDate: Mon, 4 Jan 2021 18:19:20 +0100\n"
        "Message-ID: <CAF+abc=DEF_1-2@mail.gmail.example>\nSubject: Re: [AP-1] Order\nTo: Acme "
        "Support <support@acme.example>\n"
        + multi(
            "alternative",
            'Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
            "Paket =C5=A1e ni pri=C5=A1el.\n\nV V pon., 4. jan. 2021 ob 10:00 je oseba Acme <support@acme.example> =\n"
            "napisala:\n\n> Poslano.\n",
            'Content-Type: text/html; charset="UTF-8"\nContent-Transfer-Encoding: '
            'quoted-printable\n\n<div dir=3D"ltr">Paket =C5=A1e ni pri=C5=A1el.</div>\n',
            boundary="000000000000a1b2",
        ),
        from_=("Ana Kovč", "ana@post.example"),
        has=["Paket še ni prišel.", "napisala:", "> Poslano."],
        attachments=[],
        references=["m1@acme.example", "CAB1=x@mail.gmail.example", "m2@acme.example"],
    ),
    mail(
        "gmail-with-a-file",
        "MIME-Version: 1.0\nFrom: Ana <ana@post.example>\nDate: Mon, 4 Jan 2021 18:19:20 "
        "+0100\nMessage-ID: <CAG@mail.gmail.example>\n"
        "Subject: Fwd: bill\nTo: support@acme.example\n"
        + multi(
            "mixed",
            multi(
                "alternative",
                'Content-Type: text/plain; charset="UTF-8"\n\nSee the bill.\n',
                'Content-Type: text/html; charset="UTF-8"\n\n<div dir="ltr">See the bill.</div>\n',
                boundary="00a2",
            ),
            paper(
                'Content-Type: application/pdf; name="=?UTF-8?B?cmHEjXVuLnBkZg==?="\nContent-Disposition: attachment; '
                'filename="=?UTF-8?B?cmHEjXVuLnBkZg==?="\nX-Attachment-Id: f_kjabc\nContent-ID: <f_kjabc>'
            ),
            boundary="00a1",
        ),
        text="See the bill.",
        attachments=[("račun.pdf", len(PDF), False)],
    ),
    mail(
        "yahoo-of-2005",
        "Message-ID: <20050607080910.1234.qmail@web1.mail.yahoo.example>\nReceived: from [192.0.2.9] "
        "by web1 via HTTP; Tue, 07 Jun 2005 "
        "01:09:10 PDT\nDate: Tue, 7 Jun 2005 01:09:10 -0700 (PDT)\nFrom: luis perez "
        "<luis@post.example>\nSubject: queja\n"
        "To: support@acme.example\nMIME-Version: 1.0\n"
        + multi(
            "alternative",
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nNo llegó nada.\n"
            "\n\t\t\n---------------------------------\nCorreo: gratis\n",
            "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nNo llegó nada.<p>\n",
            boundary="0-123-1118131750=:1234",
        ),
        charset="latin-1",
        from_=("luis perez", "luis@post.example"),
        has=["No llegó nada.", "Correo: gratis"],
    ),
    mail(
        "notes-of-2008",
        "To: support@acme.example\nMIME-Version: 1.0\nSubject: Antwort: Auftrag\nX-KeepSent: "
        "A1B2:C3D4\nX-Mailer: Lotus Notes Release "
        "8.0.2\nMessage-ID: <OFA1B2C3D4.E5F6A7B8-ONC1257475.0031-C1257475.0032@bank.example>\nFrom: "
        "Karl Maier/DE/Bank@BANK "
        "<karl.maier@bank.example>\nDate: Thu, 26 Jun 2008 11:00:01 +0200\n"
        + multi(
            "related",
            multi(
                "alternative",
                "Content-type: text/plain; charset=ISO-8859-1\nContent-transfer-encoding: "
                "quoted-printable\n\nBitte pr=FCfen.\n\n(Embedded image moved to file: pic1.png)\n",
                "Content-type: text/html; charset=ISO-8859-1\nContent-Disposition: inline\nContent-transfer-encoding: "
                'quoted-printable\n\n<html><body>Bitte pr=FCfen.<img src=3D"cid:1__=0F@bank.example"></body></html>\n',
                boundary="1__=a",
            ),
            image(
                'Content-type: image/png; name="pic1.png"\nContent-Disposition: inline; filename="pic1.png"\n'
                "Content-ID: <1__=0F@bank.example>"
            ),
            boundary="0__=a",
        ),
        from_=(None, "karl.maier@bank.example"),
        has=["Bitte prüfen."],
        attachments=[("pic1.png", len(PNG), True)],
    ),
    mail(
        "the-bat-of-2006",
        "Date: Wed, 1 Feb 2006 10:11:12 +0200\nFrom: Олег <oleg@pochta.example>\nX-Mailer: The Bat! "
        "(v3.5) Professional\n"
        "Reply-To: Олег <oleg2@pochta.example>\nX-Priority: 3 (Normal)\nMessage-ID: "
        "<1234567890.20060201101112@pochta.example>\n"
        "To: support@acme.example\nSubject: Заказ\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1251\n"
        "Content-Transfer-Encoding: 8bit\n\nЗдравствуйте, support.\n\nЗаказ не пришёл.\n\n-- \nС уважением,\n Олег\n",
        charset="cp1251",
        from_=("Олег", "oleg@pochta.example"),
        reply_to=[("Олег", "oleg2@pochta.example")],
        subject="Заказ",
        text="Здравствуйте, support.\n\nЗаказ не пришёл.\n\n--\nС уважением,\n Олег",
    ),
    mail(
        "becky-of-japan",
        b"Date: Mon, 02 Sep 2002 10:11:12 +0900\nFrom: "
        + word_b("佐藤", "iso-2022-jp").encode()
        + b" <sato@post.example>\n"
        b"To: support@acme.example\nSubject: "
        + word_b("商品の破損", "iso-2022-jp").encode()
        + b"\nMessage-Id: <20020902101112.1A2B."
        b"SATO@post.example>\nMIME-Version: 1.0\nContent-Type: text/plain; "
        b'charset="ISO-2022-JP"\nContent-Transfer-Encoding: 7bit\n'
        b"X-Mailer: Becky! ver. 2.05.03\n\n" + "商品が壊れています。\n\n佐藤\n".encode("iso-2022-jp"),
        from_=("佐藤", "sato@post.example"),
        subject="商品の破損",
        text="商品が壊れています。\n\n佐藤",
    ),
    mail(
        "foxmail-of-china",
        'Date: Tue, 8 Mar 2011 16:17:18 +0800\nFrom: "=?gb2312?B?'
        + b64("王芳".encode("gb2312")).strip()
        + '?=" <wang@post.example>\n'
        'To: "support" <support@acme.example>\nSubject: =?gb2312?B?'
        + b64("退款".encode("gb2312")).strip()
        + "?=\nMessage-ID: "
        "<201103081617183456789@post.example>\nX-mailer: Foxmail 6, 15, 201, 21 [cn]\nMime-Version: 1.0\n"
        + multi(
            "alternative",
            'Content-Type: text/plain;\n\tcharset="gb2312"\nContent-Transfer-Encoding: base64\n\n'
            + b64("请退款。\r\n\r\n王芳".encode("gb2312")),
            'Content-Type: text/html;\n\tcharset="gb2312"\n'
            "Content-Transfer-Encoding: base64\n\n" + b64("<p>请退款。</p>".encode("gb2312")),
            boundary="=====001_Dragon1_=====",
        ),
        from_=("王芳", "wang@post.example"),
        to=[("support", "support@acme.example")],
        subject="退款",
        text="请退款。\n\n王芳",
    ),
    mail(
        "script-of-php",
        "To: support@acme.example\nSubject: Web form\nX-PHP-Originating-Script: 33:mail.php\nFrom: "
        "Shop <www@shop.example>\nReply-To: "
        "mari@kaup.example\nDate: Wed, 4 Jul 2012 10:11:12 +0000\nMIME-Version: 1.0\nContent-type: "
        "text/html; charset=utf-8\n\n"
        "<b>Name:</b> Mari<br><b>Message:</b> Pakk on katki, tõesti<br>\n",
        from_=("Shop", "www@shop.example"),
        reply_to=[("", "mari@kaup.example")],
        text="Name: Mari\nMessage: Pakk on katki, tõesti",
    ),
    mail(
        "cron-of-unix",
        "From: root@host.example (Cron Daemon)\nTo: support@acme.example\nSubject: Cron <desk@host> "
        "/usr/bin/backup\nX-Cron-Env: "
        "<SHELL=/bin/sh>\nDate: Wed,  4 Jul 2012 10:11:12 +0000 (UTC)\nMessage-Id: "
        "<20120704101112.A1B2C@host.example>\n\ndone\n",
        from_=("Cron Daemon", "root@host.example"),
        subject="Cron <desk@host> /usr/bin/backup",
        text="done",
        attachments=[],
    ),
    mail(
        "java-mail",
        "Date: Wed, 4 Jul 2012 10:11:12 +0300 (EEST)\nFrom: noreply@shop.example\nTo: "
        "support@acme.example\nMessage-ID: <123456."
        "1.1341385872000.JavaMail.app@web1>\nSubject: =?UTF-8?Q?Arve_=E2=84=96_12?=\nMIME-Version: 1.0\n"
        + multi(
            "mixed",
            multi(
                "related",
                "Content-Type: text/html;charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n"
                "<p>Arve on lisatud, h=C3=A4id p=C3=A4evi.</p>\n",
                boundary="----=_Part_1_2.3",
            ),
            paper("Content-Type: application/pdf; name=arve.pdf\nContent-Disposition: attachment; filename=arve.pdf"),
            boundary="----=_Part_0_1.2",
        ),
        subject="Arve № 12",
        text="Arve on lisatud, häid päevi.",
        attachments=[("arve.pdf", len(PDF), False)],
        message_id="123456.1.1341385872000.JavaMail.app@web1",
    ),
    mail(
        "mailman-footer-part",
        "From: Jane Roe via Shop <shop@lists.example>\nReply-To: Jane Roe <jane@post.example>, "
        "shop@lists.example\nTo: shop@lists.example\n"
        "Cc: support@acme.example\nSubject: [Shop] late again\nDate: Wed, 4 Jul 2012 10:11:12 "
        "-0400\nMessage-ID: <mailman.1.2.3."
        "shop@lists.example>\nList-Id: Shop talk <shop.lists.example>\nPrecedence: list\nMIME-Version: 1.0\n"
        + multi(
            "mixed",
            multi(
                "alternative",
                "Content-Type: text/plain; charset=utf-8\n\nLate again.\n",
                "Content-Type: text/html; charset=utf-8\n\n<p>Late again.</p>\n",
                boundary="in",
            ),
            'Content-Type: text/plain; charset="us-ascii"\nMIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\n'
            "Content-Disposition: inline\n\n_______________________________________________\nShop mailing list\n",
            boundary="===============0123456789==",
        ),
        from_=("Jane Roe via Shop", "shop@lists.example"),
        has=["Late again.", "Shop mailing list"],
        attachments=[],
        reply_to=[("Jane Roe", "jane@post.example"), ("", "shop@lists.example")],
        cc=[("", "support@acme.example")],
    ),
    mail(
        "mutt-with-a-signature",
        "Date: Wed, 4 Jul 2012 10:11:12 +0200\nFrom: Piet Smit <piet@post.example>\nTo: "
        "support@acme.example\nSubject: Re: kapot\n"
        "Message-ID: <20120704081112.GA1234@post.example>\nMail-Followup-To: "
        "support@acme.example\nReferences: <m1@acme.example>\n"
        "MIME-Version: 1.0\n"
        + multi(
            "signed",
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Disposition: inline\nContent-Transfer-Encoding: "
            "quoted-printable\n\nKapot, =E9=E9n stuk.\n\n--=20\nPiet\n",
            "Content-Type: application/pgp-signature; name="
            '"signature.asc"\nContent-Description: Digital signature\n\n-----BEGIN PGP SIGNATURE-----\n\nab\n'
            "-----END PGP SIGNATURE-----\n",
            boundary="yrj/dFKFPuw6o+aM",
            more='; micalg=pgp-sha1;\n\tprotocol="application/pgp-signature"',
        ),
        text="Kapot, één stuk.\n\n--\nPiet",
        references=["m1@acme.example"],
    ),
    mail(
        "outlook-of-exchange-with-a-mail-attached",
        "From: Ben Ray <ben@post.example>\nTo: Acme Support <support@acme.example>\nSubject: FW: "
        "bill\nDate: Tue, 5 May 2015 06:07:08 "
        "+0000\nMessage-ID: <AM1PR@AM1PR.eurprd.example>\nContent-Language: en-US\nX-MS-Has-Attach: "
        "yes\nMIME-Version: 1.0\n"
        + multi(
            "mixed",
            multi(
                "alternative",
                'Content-Type: text/plain; charset="us-ascii"\n\nSee attached.\n',
                'Content-Type: text/html; charset="us-ascii"\n\n<p>See attached.</p>\n',
                boundary="_000_",
            ),
            'Content-Type: message/rfc822\nContent-Disposition: attachment;\n\tcreation-date="Tue, '
            '05 May 2015 06:07:08 GMT"\n\n'
            "From: Ann <ann@post.example>\nTo: Ben <ben@post.example>\nSubject: bill\nDate: Mon, 4 "
            "May 2015 06:07:08 +0000\n"
            "Content-Type: text/plain\n\nThe bill is wrong.\n",
            boundary="_004_",
        ),
        from_=("Ben Ray", "ben@post.example"),
        subject="FW: bill",
        has=["See attached."],
        count=1,
    ),
    mail(
        "android-html-alone",
        "Date: Sat, 09 Sep 2017 20:21:22 +0300\nSubject: Katki\nMessage-ID: "
        "<abc123.1504977682000@email.android.example>\nImportance: normal\n"
        "From: tiit <tiit@post.example>\nTo: support@acme.example\nMIME-Version: 1.0\n"
        + multi(
            "alternative",
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
            + b64("Katki läks.\n\nSaadetud telefonist\n".encode()),
            "Content-Type: text/html; charset=utf-8\n"
            "Content-Transfer-Encoding: base64\n\n" + b64("<html><body>Katki läks.</body></html>".encode()),
            boundary="--_com.android.email_1",
        ),
        text="Katki läks.\n\nSaadetud telefonist",
    ),
    letter(
        "evolution-flowed",
        'X-Mailer: Evolution 3.38\nContent-Type: text/plain; charset="UTF-8"; format=flowed\n'
        "Content-Transfer-Encoding: quoted-printable\n\nHello,\n\nthe box is=20\nbroken.=C2=A0\n\nAnn\n",
        has=["the box is broken.", "Ann"],
    ),
    letter(
        "groupwise-vcard-and-rtf",
        multi(
            "mixed",
            "Content-Type: text/plain; charset=US-ASCII\nContent-Transfer-Encoding: "
            "quoted-printable\nContent-Disposition: inline\n\n"
            "Please call me.\n",
            'Content-Type: text/plain\nContent-Disposition: attachment; filename="Ann Lee.vcf"\n\nBEGIN:VCARD\n'
            "FN:Ann\nEND:VCARD\n",
            boundary="=_0F1E2D3C.4B5A6978",
        ),
        text="Please call me.",
        attachments=[("Ann Lee.vcf", None, False)],
    ),
    letter(
        "hotmail-of-2001",
        "X-Originating-IP: [192.0.2.4]\nMime-Version: 1.0\nContent-Type: text/html\n\n<html><div style="
        "'background-color:'><P>I want my money back.</P></div><br clear=all><hr>Get free mail <a "
        'href="http://x.example">here'
        "</a></html>\n",
        has=["I want my money back.", "Get free mail"],
    ),
    letter(
        "newsletter-with-hidden-preheader",
        multi(
            "alternative",
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
            "quoted-printable\n\nBig sale =E2=80=93 today\n",
            "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: "
            "quoted-printable\n\n<html><body><table><tr><td>Big sale"
            "</td></tr></table></body></html>\n",
            boundary="_----------=_MCPart_1",
        ),
        text="Big sale – today",
    ),
)
