"""Names of attached files in every way that they are written: RFC 2231, encoded words, raw bytes, damage."""

from .row import PDF, Row, b64, letter, word_b
from .structure import TEXT

BODY = b64(PDF)


def named(
    id: str, fields: str | bytes, name: str | None, *, charset: str = "utf-8", size: int | None = len(PDF)
) -> Row:
    """A mail with one attached paper whose own fields are given (without its transfer encoding)."""
    own = fields if isinstance(fields, bytes) else fields.encode(charset)
    head = f'Content-Type: multipart/mixed; boundary="bnd"\n\n--bnd\n{TEXT}--bnd\n'.encode()
    tail = f"\nContent-Transfer-Encoding: base64\n\n{BODY}--bnd--\n".encode()
    return letter(f"file-{id}", head + own + tail, text="The parcel is broken.", attachments=[(name, size, None)])


def disposition(id: str, value: str, name: str | None, charset: str = "utf-8") -> Row:
    return named(id, f"Content-Type: application/pdf\nContent-Disposition: attachment; {value}", name, charset=charset)


def typed(id: str, value: str, name: str | None) -> Row:
    return named(id, f"Content-Type: application/pdf; {value}\nContent-Disposition: attachment", name)


LONG_2231 = ";\n ".join(f"filename*{n}=part{n}-" for n in range(12)) + ";\n filename*12=end.pdf"
LONG_NAME = "".join(f"part{n}-" for n in range(12)) + "end.pdf"

MAILS = (
    disposition("token", "filename=bill.pdf", "bill.pdf"),
    disposition("quoted", 'filename="bill.pdf"', "bill.pdf"),
    disposition("quoted-spaces", 'filename="my bill of May.pdf"', "my bill of May.pdf"),
    disposition("unquoted-spaces", "filename=my bill.pdf", "my bill.pdf"),
    disposition("quoted-semicolon", 'filename="a;b.pdf"', "a;b.pdf"),
    disposition("quoted-quotes", r'filename="a \"b\" c.pdf"', None),
    disposition("quoted-equals", 'filename="a=b.pdf"', "a=b.pdf"),
    disposition("single-quotes", "filename='bill.pdf'", None),
    disposition("capitals", 'FILENAME="bill.pdf"', "bill.pdf"),
    disposition("spaces-around-equals", 'filename = "bill.pdf"', "bill.pdf"),
    disposition("folded", '\n\tfilename="bill.pdf"', "bill.pdf"),
    disposition(
        "folded-with-size",
        '\n\tfilename="bill.pdf"; size=77;\n\tcreation-date="Mon, 12 May 2014 08:09:10 GMT"',
        "bill.pdf",
    ),
    disposition("trailing-semicolon", 'filename="bill.pdf";', "bill.pdf"),
    disposition("no-closing-quote", 'filename="bill.pdf', "bill.pdf"),
    disposition("2231-utf-8", "filename*=utf-8''T%C3%B5rge%20suur.pdf", "Tõrge suur.pdf"),
    disposition("2231-language", "filename*=UTF-8'et'T%C3%B5rge.pdf", "Tõrge.pdf"),
    disposition("2231-latin-1", "filename*=iso-8859-1''caf%E9.pdf", "café.pdf"),
    disposition("2231-latin-1-with-euro-of-windows", "filename*=windows-1252''5%80.pdf", "5€.pdf"),
    disposition("2231-gb2312", "filename*=gb2312''%D5%CB%B5%A5.pdf", "账单.pdf"),
    disposition("2231-koi8-r", "filename*=koi8-r''%D3%DE%C5%D4.pdf", "счет.pdf"),
    disposition("2231-iso-2022-jp", "filename*=iso-2022-jp''%1B%24BF%7CK%5C%1B%28B.pdf", "日本.pdf"),
    disposition("2231-pieces", "filename*0=my-;\n filename*1=bill.pdf", "my-bill.pdf"),
    disposition("2231-pieces-quoted", 'filename*0="my ";\n filename*1="bill.pdf"', "my bill.pdf"),
    disposition(
        "2231-pieces-encoded", "filename*0*=utf-8''T%C3%B5rge;\n filename*1*=%20%C3%B5htu.pdf", "Tõrge õhtu.pdf"
    ),
    disposition("2231-pieces-half-encoded", "filename*0*=utf-8''T%C3%B5;\n filename*1=\"rge.pdf\"", "Tõrge.pdf"),
    disposition("2231-piece-divides-a-character", "filename*0*=utf-8''T%C3;\n filename*1*=%B5rge.pdf", "Tõrge.pdf"),
    disposition("2231-pieces-in-disorder", "filename*1=bill.pdf;\n filename*0=my-", "my-bill.pdf"),
    disposition("2231-many-pieces", LONG_2231, LONG_NAME),
    disposition("2231-quoted", "filename*=\"utf-8''T%C3%B5rge.pdf\"", "Tõrge.pdf"),
    disposition("2231-without-charset", "filename*=''bill.pdf", "bill.pdf"),
    disposition("2231-small-hex", "filename*=utf-8''T%c3%b5rge.pdf", "Tõrge.pdf"),
    disposition("2231-beside-a-plain-one", "filename=\"Torge.pdf\"; filename*=utf-8''T%C3%B5rge.pdf", "Tõrge.pdf"),
    disposition("2231-before-a-plain-one", "filename*=utf-8''T%C3%B5rge.pdf; filename=\"Torge.pdf\"", "Tõrge.pdf"),
    disposition("2231-broken-percent", "filename*=utf-8''100%.pdf", "100%.pdf"),
    disposition("2231-raw-quotes-inside", "filename*=utf-8''it's.pdf", "it's.pdf"),
    disposition("2231-unknown-charset", "filename*=x-none''bill.pdf", "bill.pdf"),
    disposition("word-q", 'filename="=?utf-8?Q?T=C3=B5rge.pdf?="', "Tõrge.pdf"),
    disposition("word-b", f'filename="{word_b("Tõrge suur.pdf", "utf-8")}"', "Tõrge suur.pdf"),
    disposition("word-unquoted", f"filename={word_b('Tõrge.pdf', 'utf-8')}", "Tõrge.pdf"),
    disposition("word-koi8-r", f'filename="{word_b("счёт.pdf", "koi8-r")}"', "счёт.pdf"),
    disposition("word-gb2312", f'filename="{word_b("账单.pdf", "gb2312")}"', "账单.pdf"),
    disposition("word-iso-2022-jp", f'filename="{word_b("請求書.pdf", "iso-2022-jp")}"', "請求書.pdf"),
    disposition("two-words", 'filename="=?utf-8?Q?T=C3=B5rge?= =?utf-8?Q?_suur.pdf?="', "Tõrge suur.pdf"),
    disposition("two-words-folded", 'filename="=?utf-8?Q?T=C3=B5rge?=\n =?utf-8?Q?_suur.pdf?="', "Tõrge suur.pdf"),
    disposition("word-and-plain-end", 'filename="=?utf-8?Q?T=C3=B5rge?=.pdf"', "Tõrge.pdf"),
    disposition("word-in-2231-pieces", 'filename*0="=?utf-8?Q?T=C3=B5";\n filename*1="rge.pdf?="', "Tõrge.pdf"),
    disposition("raw-utf-8", 'filename="Tõrge.pdf"', "Tõrge.pdf"),
    disposition("raw-utf-8-unquoted", "filename=Tõrge.pdf", "Tõrge.pdf"),
    disposition("raw-latin-1", 'filename="Réclamation à régler.pdf"', "Réclamation à régler.pdf", "latin-1"),
    disposition("percent-in-a-plain-one", 'filename="50%20off.pdf"', None),
    disposition("path-of-windows", r'filename="C:\\Docs\\bill.pdf"', None),
    disposition("path-of-unix", 'filename="../../etc/bill.pdf"', None),
    disposition("empty", 'filename=""', None),
    disposition("of-dots", 'filename="bill.v2.final.pdf"', "bill.v2.final.pdf"),
    disposition("without-extension", 'filename="bill"', "bill"),
    disposition("with-brackets", 'filename="bill [2] (copy).pdf"', "bill [2] (copy).pdf"),
    disposition("with-an-at-sign", 'filename="mari@kaup.pdf"', "mari@kaup.pdf"),
    disposition("with-a-colon-unquoted", "filename=bill:2.pdf", None),
    disposition("with-apostrophe", 'filename="Mari\'s bill.pdf"', "Mari's bill.pdf"),
    disposition("with-ampersand", 'filename="a & b #1, 2.pdf"', "a & b #1, 2.pdf"),
    disposition("long", f'filename="{"b" * 200}.pdf"', None),
    disposition("of-emoji", "filename*=utf-8''%F0%9F%98%80.pdf", "😀.pdf"),
    disposition("comma-before", ', filename="bill.pdf"', None),
    disposition("parameter-of-the-field-twice", 'filename="bill.pdf"; filename="bill.pdf"', "bill.pdf"),
    typed("name", "name=bill.pdf", "bill.pdf"),
    typed("name-quoted", 'name="my bill.pdf"', "my bill.pdf"),
    typed("name-word", 'name="=?utf-8?Q?T=C3=B5rge.pdf?="', "Tõrge.pdf"),
    typed("name-2231", "name*=utf-8''T%C3%B5rge.pdf", "Tõrge.pdf"),
    typed("name-2231-pieces", "name*0*=utf-8''T%C3%B5;\n name*1*=rge.pdf", "Tõrge.pdf"),
    typed("name-unquoted-spaces", "name=my bill.pdf", "my bill.pdf"),
    typed("no-name", "x=y", None),
    named("name-without-disposition", "Content-Type: application/pdf; name=bill.pdf", "bill.pdf"),
    named(
        "filename-is-stronger",
        "Content-Type: application/pdf; name=no.pdf\nContent-Disposition: attachment; filename=bill.pdf",
        "bill.pdf",
    ),
    named(
        "disposition-before-type",
        "Content-Disposition: attachment; filename=bill.pdf\nContent-Type: application/pdf",
        "bill.pdf",
    ),
    named("disposition-alone", "Content-Disposition: attachment; filename=bill.pdf", "bill.pdf"),
    named(
        "disposition-in-capitals",
        "Content-Type: application/pdf\nCONTENT-DISPOSITION: ATTACHMENT; FILENAME=bill.pdf",
        "bill.pdf",
    ),
    named(
        "disposition-unknown",
        "Content-Type: application/pdf\nContent-Disposition: x-special; filename=bill.pdf",
        "bill.pdf",
    ),
    named(
        "disposition-without-a-type",
        "Content-Type: application/pdf\nContent-Disposition: filename=bill.pdf",
        "bill.pdf",
    ),
    named(
        "type-octet-stream",
        'Content-Type: application/octet-stream; name="bill.pdf"\nContent-Disposition: attachment; filename="bill.pdf"',
        "bill.pdf",
    ),
    named(
        "type-nonsense",
        'Content-Type: pdf; name="bill.pdf"\nContent-Disposition: attachment; filename="bill.pdf"',
        "bill.pdf",
    ),
    named(
        "type-with-x-parameters",
        'Content-Type: application/pdf; x-unix-mode=0644; name="bill.pdf"\n'
        'Content-Disposition: attachment; filename="bill.pdf"',
        "bill.pdf",
    ),
    named(
        "content-id-of-gmail",
        'Content-Type: application/pdf; name="bill.pdf"\nContent-Disposition: attachment; '
        'filename="bill.pdf"\nContent-ID: <f_1>\nX-Attachment-Id: f_1',
        "bill.pdf",
    ),
    named(
        "content-description",
        "Content-Type: application/pdf\nContent-Description: bill\nContent-Disposition: attachment; filename=bill.pdf",
        "bill.pdf",
    ),
    disposition("word-with-plain-spaces", 'filename="=?utf-8?Q?T=C3=B5rge suur.pdf?="', "Tõrge suur.pdf"),
    disposition(
        "words-without-space-between", 'filename="=?utf-8?Q?T=C3=B5rge?==?utf-8?Q?_suur.pdf?="', "Tõrge suur.pdf"
    ),
    disposition(
        "words-of-which-a-character-is-divided", 'filename="=?utf-8?B?VMM=?=\n =?utf-8?B?tXJnZS5wZGY=?="', "Tõrge.pdf"
    ),
    disposition("raw-iso-2022-jp", 'filename="請求書.pdf"', "請求書.pdf", "iso-2022-jp"),
    disposition("unquoted-brackets", "filename=bill(2).pdf", "bill(2).pdf"),
    disposition("unquoted-comma", "filename=bill,2.pdf", "bill,2.pdf"),
    disposition("unquoted-spaces-and-another-parameter", "filename=my bill of May.pdf; size=12", "my bill of May.pdf"),
    disposition(
        "2231-name-and-words", "filename*=utf-8''T%C3%B5rge.pdf;\n filename=\"=?utf-8?Q?T=C3=B5rge.pdf?=\"", "Tõrge.pdf"
    ),
    disposition(
        "2231-pieces-of-ten-and-more",
        ";\n ".join(f"filename*{n}*={'utf-8' + chr(39) * 2 if not n else ''}%C3%B5" for n in range(15))
        + ";\n filename*15=.pdf",
        "õ" * 15 + ".pdf",
    ),
    named(
        "name-in-2231-and-filename-in-words",
        "Content-Type: application/pdf;\n name*=utf-8''T%C3%B5rge.pdf\n"
        'Content-Disposition: attachment;\n filename="=?utf-8?Q?T=C3=B5rge.pdf?="',
        "Tõrge.pdf",
    ),
)
