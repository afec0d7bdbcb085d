"""Texts whose character set is missing, misspelt or only nearly the right one."""

from .charsets import CHINESE, CZECH, FRENCH, JAPANESE, KOREAN, QUOTED, RUSSIAN
from .row import b64, letter, qp

PLAIN = "Content-Type: text/plain; charset={}\nContent-Transfer-Encoding: 8bit\n\n"
LONG_RUSSIAN = RUSSIAN + " Я заказал товар две недели назад, но до сих пор не получил ответа от вашей службы доставки."
LONG_JAPANESE = JAPANESE * 3
LONG_FRENCH = FRENCH + " J'ai déjà écrit à votre société, mais personne n'a répondu après la première réclamation."


def plain(label: str, data: bytes) -> bytes:
    return PLAIN.format(label).encode() + data + b"\n"


def bare(data: bytes) -> bytes:
    return b"X-Mailer: Notes 4\n\n" + data + b"\n"


MAILS = (
    letter("latin-1-with-quotes-of-windows", plain("iso-8859-1", QUOTED.encode("cp1252")), text=QUOTED),
    letter("ascii-with-quotes-of-windows", plain("us-ascii", b"It\x92s broken, caf\xe9"), text="It’s broken, café"),
    letter("ascii-that-is-utf-8", plain("us-ascii", CZECH.encode()), text=CZECH),
    letter(
        "ascii-in-quoted-printable-that-is-utf-8",
        f"Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"{qp(RUSSIAN.encode())}\n",
        text=RUSSIAN,
    ),
    letter("no-charset-utf-8", b"Content-Type: text/plain\n\n" + RUSSIAN.encode() + b"\n", text=RUSSIAN),
    letter("no-content-type-utf-8", bare(CZECH.encode()), text=CZECH),
    letter("no-content-type-windows-1251", bare(LONG_RUSSIAN.encode("cp1251")), text=LONG_RUSSIAN),
    letter("no-content-type-koi8-r", bare(LONG_RUSSIAN.encode("koi8-r")), text=LONG_RUSSIAN),
    letter("no-content-type-latin-1", bare(LONG_FRENCH.encode("latin-1")), text=LONG_FRENCH),
    letter("no-content-type-shift-jis", bare(LONG_JAPANESE.encode("shift_jis")), text=LONG_JAPANESE),
    letter("no-content-type-euc-jp", bare(LONG_JAPANESE.encode("euc-jp")), text=LONG_JAPANESE),
    letter("no-content-type-iso-2022-jp", bare(LONG_JAPANESE.encode("iso-2022-jp")), text=LONG_JAPANESE),
    letter("no-content-type-gbk", bare((CHINESE * 4).encode("gbk")), text=CHINESE * 4),
    letter("no-content-type-euc-kr", bare((KOREAN * 3).encode("euc-kr")), text=KOREAN * 3),
    letter("ascii-label-iso-2022-jp", plain("us-ascii", JAPANESE.encode("iso-2022-jp")), text=JAPANESE),
    letter("unknown-8bit-utf-8", plain("unknown-8bit", CZECH.encode()), text=CZECH),
    letter("x-unknown-latin-1", plain("x-unknown", LONG_FRENCH.encode("latin-1")), text=LONG_FRENCH),
    letter("default-charset-of-php", plain("_CHARSET_", RUSSIAN.encode()), text=RUSSIAN),
    letter("empty-charset", plain('""', FRENCH.encode()), text=FRENCH),
    letter("charset-with-quotes-inside", plain("\"'utf-8'\"", FRENCH.encode()), text=FRENCH),
    letter("charset-in-single-quotes", plain("'iso-8859-2'", CZECH.encode("iso-8859-2")), text=CZECH),
    letter("charset-with-a-semicolon-at-its-end", plain("windows-1251;", RUSSIAN.encode("cp1251")), text=RUSSIAN),
    letter("charset-with-spaces", plain('" utf-8 "', FRENCH.encode()), text=FRENCH),
    letter(
        "charset-with-spaces-around-equals",
        "Content-Type: text/plain; charset = utf-8\nContent-Transfer-Encoding: 8bit\n\n" + CZECH + "\n",
        text=CZECH,
    ),
    letter("charset-with-a-comment", plain("iso-8859-1 (Western)", FRENCH.encode("latin-1")), text=FRENCH),
    letter(
        "charset-of-rfc-2231",
        b"Content-Type: text/plain; charset*=us-ascii'en'iso-8859-1\n\n" + FRENCH.encode("latin-1") + b"\n",
        text=FRENCH,
    ),
    letter("gb2312-with-characters-of-gbk", plain("gb2312", "朱镕基，瞭解".encode("gbk")), text="朱镕基，瞭解"),
    letter("gb2312-with-the-euro-of-gb18030", plain("gb2312", "价格€五".encode("gb18030")), has=["价格"]),
    letter("euc-kr-with-syllables-of-windows", plain("euc-kr", "똠방각하 펲시".encode("cp949")), text="똠방각하 펲시"),
    letter("shift-jis-with-characters-of-windows", plain("shift_jis", "①髙島屋 ㈱".encode("cp932")), text="①髙島屋 ㈱"),
    letter(
        "iso-2022-jp-with-characters-of-windows",
        b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B-!\x1b(B \x1b$BF|K\\\x1b(B\n",
        text="① 日本",
    ),
    letter(
        "iso-2022-jp-with-half-width-katakana",
        b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b(I123\x1b(B end\n",
        text="ｱｲｳ end",
    ),
    letter("ks-c-5601-1987", plain("ks_c_5601-1987", "똠방각하".encode("cp949")), text="똠방각하"),
    letter("big5-with-the-euro-sign", plain("big5", b"\xb1z\xa6n NT$5"), text="您好 NT$5"),
    letter("iso-8859-9-with-quotes-of-windows", plain("iso-8859-9", "“kırık”".encode("cp1254")), text="“kırık”"),
    letter("utf-8-with-one-byte-broken", plain("utf-8", "Tõrv ".encode() + b"\xff meil"), has=["Tõrv", "meil"]),
    letter("utf-8-cut-at-its-end", plain("utf-8", "Palun vastake õhtu".encode() + b"\xc3"), has=["Palun vastake õhtu"]),
    letter("utf-8-with-a-mark-at-the-start", plain("utf-8", b"\xef\xbb\xbf" + FRENCH.encode()), text=FRENCH),
    letter(
        "charset-twice",
        b"Content-Type: text/plain; charset=utf-8; charset=utf-8\n\n" + CZECH.encode() + b"\n",
        text=CZECH,
    ),
    letter(
        "html-says-its-charset-itself",
        b'Content-Type: text/html\n\n<html><head><meta http-equiv="Content-Type" '
        b'content="text/html; charset=windows-1251"></head><body>' + RUSSIAN.encode("cp1251") + b"</body></html>\n",
        words=RUSSIAN,
    ),
    letter(
        "html-with-a-short-meta",
        b'Content-Type: text/html\n\n<meta charset="iso-8859-2"><p>' + CZECH.encode("iso-8859-2") + b"</p>\n",
        words=CZECH,
    ),
    letter(
        "the-header-is-stronger-than-meta",
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"></head>'
        f"<body><p>{RUSSIAN}</p></body></html>\n",
        words=RUSSIAN,
    ),
    letter(
        "html-in-utf-16-by-base64",
        "Content-Type: text/html; charset=utf-16\nContent-Transfer-Encoding: base64\n\n"
        + b64(f"<p>{RUSSIAN}</p>".encode("utf-16")),
        words=RUSSIAN,
    ),
    letter(
        "parts-in-different-charsets",
        b'Content-Type: multipart/mixed; boundary="b1"\n\n--b1\nContent-Type: text/plain; charset=koi8-r\n\n'
        + RUSSIAN.encode("koi8-r")
        + b"\n--b1\nContent-Type: text/plain; charset=iso-8859-2\n\n"
        + CZECH.encode("iso-8859-2")
        + b"\n--b1--\n",
        has=[RUSSIAN, CZECH],
    ),
)
