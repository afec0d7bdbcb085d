"""Encoded words (RFC 2047) in every shape, and header fields with bytes that are not encoded at all."""

from .charsets import CHINESE, CZECH, JAPANESE, KOREAN, RUSSIAN
from .row import Row, b64, letter, word_b


def subject(id: str, field: str | bytes, shown: str, charset: str = "utf-8") -> Row:
    data = field if isinstance(field, bytes) else field.encode(charset)
    return letter(f"subject-{id}", b"Subject: " + data, subject=shown)


def sender(id: str, field: str, name: str | None, address: str = "juri@kaup.example", charset: str = "utf-8") -> Row:
    return letter(f"from-{id}", f"From: {field}", charset=charset, from_=(name, address))


def _halves(text: str, charset: str) -> str:
    """Two encoded words that divide the bytes in the middle of a character."""
    data = text.encode(charset)
    middle = len(data) // 2
    return " ".join(
        f"=?{charset}?B?{b64(piece).strip().replace(chr(10), '')}?=" for piece in (data[:middle], data[middle:])
    )


MAILS = (
    subject("q", "=?iso-8859-1?Q?Pakk_on_h=E4vinud?=", "Pakk on hävinud"),
    subject("q-lower-case", "=?utf-8?q?T=c3=b5rge?=", "Tõrge"),
    subject("b", word_b(RUSSIAN, "koi8-r"), RUSSIAN),
    subject("b-lower-case", "=?UTF-8?b?w5VodHU=?=", "Õhtu"),
    subject("b-without-padding", "=?UTF-8?B?w5VodHU?=", "Õhtu"),
    subject("b-with-too-much-padding", "=?UTF-8?B?w5VodHU===?=", "Õhtu"),
    subject("two-words-with-a-space-between", "=?utf-8?Q?=C3=95h?= =?utf-8?Q?tu?=", "Õhtu"),
    subject("two-words-folded", "=?utf-8?Q?=C3=95htu?=\n =?utf-8?Q?_ja_=C3=B6=C3=B6?=", "Õhtu ja öö"),
    subject("two-words-folded-by-tab", "=?utf-8?Q?=C3=95htu?=\n\t=?utf-8?Q?_ja_=C3=B6=C3=B6?=", "Õhtu ja öö"),
    subject(
        "two-charsets", "=?iso-8859-1?Q?caf=E9?= =?koi8-r?B?" + b64("чай".encode("koi8-r")).strip() + "?=", "caféчай"
    ),
    subject("mixed-encodings", "=?utf-8?Q?=C3=95htu?= =?utf-8?B?IGphIMO2w7Y=?=", "Õhtu ja öö"),
    subject("word-then-plain", "=?utf-8?Q?=C3=95htu?= is late", "Õhtu is late"),
    subject("plain-then-word", "Re: =?utf-8?Q?=C3=95htu?=", "Re: Õhtu"),
    subject("plain-between-words", "=?utf-8?Q?=C3=95?= and =?utf-8?Q?=C3=84?=", "Õ and Ä"),
    subject("character-divided", _halves("Õõõõõ", "utf-8"), "Õõõõõ"),
    subject("chinese-character-divided", _halves(CHINESE, "gb2312"), CHINESE),
    subject("surrogate-of-emoji-divided", "=?UTF-8?B?8J+Y?= =?UTF-8?B?gCBvaw==?=", "😀 ok"),
    subject("iso-2022-jp", word_b(JAPANESE, "iso-2022-jp"), JAPANESE),
    subject("shift-jis", word_b(JAPANESE, "shift_jis"), JAPANESE),
    subject("euc-kr", word_b(KOREAN, "euc-kr"), KOREAN),
    subject("ks-c-5601", f"=?ks_c_5601-1987?B?{b64(KOREAN.encode('cp949')).strip()}?=", KOREAN),
    subject("big5", word_b("損壞了", "big5"), "損壞了"),
    subject("gb18030", word_b(CHINESE, "gb18030"), CHINESE),
    subject("windows-1256", word_b("السلام عليكم", "windows-1256"), "السلام عليكم"),
    subject("iso-8859-8-i", f"=?iso-8859-8-i?B?{b64('שלום'.encode('iso-8859-8')).strip()}?=", "שלום"),
    subject("utf-7", "=?utf-7?Q?Gr+APw-n?=", "Grün"),
    subject("utf-16", f"=?utf-16?B?{b64('Tõrge'.encode('utf-16')).strip()}?=", "Tõrge"),
    subject("with-a-language", "=?utf-8*et?Q?T=C3=B5rge?=", "Tõrge"),
    subject("with-plain-spaces-inside", "=?utf-8?Q?T=C3=B5rge on suur?=", "Tõrge on suur"),
    subject("with-question-mark-inside", "=?utf-8?Q?T=C3=B5rge=3F?=", "Tõrge?"),
    subject("with-bare-question-mark-inside", "=?utf-8?Q?T=C3=B5rge?_Jah!?=", "Tõrge? Jah!"),
    subject("with-underscore-encoded", "=?utf-8?Q?file=5Fname_=C3=B5?=", "file_name õ"),
    subject("with-8-bit-inside-q", "=?utf-8?Q?Tõrge_suur?=", "Tõrge suur"),
    subject("long", "=?utf-8?Q?" + "=C3=B5" * 60 + "?=", "õ" * 60),
    subject("in-brackets", "[=?utf-8?Q?T=C3=B5rge?=] parcel", "[Tõrge] parcel"),
    subject("without-a-space-between", "=?utf-8?Q?T=C3=B5r?==?utf-8?Q?ge?=", "Tõrge"),
    subject("broken-q-escape", "=?utf-8?Q?100=_T=C3=B5rge?=", "100= Tõrge"),
    subject("unknown-charset-of-ascii", "=?x-unknown?Q?Plain_words?=", "Plain words"),
    subject("ascii-label-with-utf-8", "=?us-ascii?Q?T=C3=B5rge?=", "Tõrge"),
    subject("latin-1-with-windows-quotes", "=?iso-8859-1?Q?It=92s?=", "It’s"),
    subject("empty-word", "=?utf-8?Q??= Order", "Order"),
    subject("encoded-line-break", "=?utf-8?Q?One=0D=0A_two?=", "One two"),
    subject("encoded-tab", "=?utf-8?Q?One=09two?=", "One two"),
    subject("no-word-at-all", "a =?b and c?= d", "a =?b and c?= d"),
    subject("entities-stay", "R&amp;D and caf&eacute;", "R&amp;D and caf&eacute;"),
    subject("percent-stays", "50%20off", "50%20off"),
    subject("raw-utf-8", CZECH, CZECH),
    subject("raw-latin-1", "Réponse à la réclamation déjà envoyée", "Réponse à la réclamation déjà envoyée", "latin-1"),
    letter(
        "subject-raw-in-the-charset-of-the-body",
        "Subject: Посылка не пришла\nContent-Type: text/plain; charset=windows-1251\n\n" + RUSSIAN + "\n",
        charset="cp1251",
        subject="Посылка не пришла",
        text=RUSSIAN,
    ),
    letter(
        "subject-raw-gb2312-like-the-body",
        "Subject: 包裹损坏\nContent-Type: text/plain; charset=gb2312\n\n" + CHINESE + "\n",
        charset="gb2312",
        subject="包裹损坏",
        text=CHINESE,
    ),
    letter("subject-raw-iso-2022-jp", b"Subject: " + JAPANESE.encode("iso-2022-jp"), subject=JAPANESE),
    subject("raw-utf-8-beside-a-word", "Õhtu =?utf-8?Q?=C3=B6=C3=B6?=", "Õhtu öö"),
    subject("word-at-the-end-of-a-long-line", "x" * 70 + "\n =?utf-8?Q?=C3=B5?=", "x" * 70 + " õ"),
    sender("q", "=?iso-8859-1?Q?J=FCri_Tamm?= <juri@kaup.example>", "Jüri Tamm"),
    sender("quoted-word", '"=?utf-8?Q?J=C3=BCri_Tamm?=" <juri@kaup.example>', "Jüri Tamm"),
    sender("word-of-a-comma", "=?utf-8?Q?Tamm=2C_J=C3=BCri?= <juri@kaup.example>", "Tamm, Jüri"),
    sender("word-of-quotes", "=?utf-8?Q?=22Tamm=2C_J=C3=BCri=22?= <juri@kaup.example>", None),
    sender("word-of-an-at-sign", "=?utf-8?Q?j=40other=2Eexample?= <juri@kaup.example>", None),
    sender("word-of-brackets", "=?utf-8?Q?J=C3=BCri_=3CCEO=3E?= <juri@kaup.example>", "Jüri <CEO>"),
    sender("two-words", "=?utf-8?Q?J=C3=BCri?= =?utf-8?Q?_Tamm?= <juri@kaup.example>", "Jüri Tamm"),
    sender("word-and-plain", "=?utf-8?Q?J=C3=BCri?= Tamm <juri@kaup.example>", "Jüri Tamm"),
    sender("no-space-before-the-address", "=?utf-8?Q?J=C3=BCri?=<juri@kaup.example>", "Jüri"),
    sender("word-in-a-comment", "juri@kaup.example (=?utf-8?Q?J=C3=BCri_Tamm?=)", "Jüri Tamm"),
    sender(
        "folded-words",
        "=?utf-8?B?"
        + b64("Jüri".encode()).strip()
        + "?=\n =?utf-8?B?"
        + b64(b" Tamm").strip()
        + "?=\n <juri@kaup.example>",
        "Jüri Tamm",
    ),
    sender("raw-utf-8", "Jüri Tamm <juri@kaup.example>", "Jüri Tamm"),
    sender("raw-utf-8-quoted", '"Tamm, Jüri" <juri@kaup.example>', "Tamm, Jüri"),
    sender("raw-latin-1", "Jüri Tamm <juri@kaup.example>", "Jüri Tamm", charset="latin-1"),
    sender("japanese", word_b("山田太郎", "iso-2022-jp") + " <juri@kaup.example>", "山田太郎"),
    sender("divided-name", _halves("Дмитрий Иванов", "utf-8") + " <juri@kaup.example>", "Дмитрий Иванов"),
    letter(
        "to-list-of-words",
        "To: =?utf-8?Q?Tamm=2C_J=C3=BCri?= <j@kaup.example>,\n =?utf-8?B?w5ZnZQ==?= <o@kaup.example>",
        to=[("Tamm, Jüri", "j@kaup.example"), ("Öge", "o@kaup.example")],
    ),
    subject(
        "iso-2022-jp-not-shifted-back", f"=?iso-2022-jp?B?{b64(bytes('荷物', 'iso-2022-jp')[:-3]).strip()}?=", "荷物"
    ),
    subject("q-with-a-comma", "=?utf-8?Q?T=C3=B5rge,_suur?=", "Tõrge, suur"),
    subject("b-of-odd-length", "=?utf-8?B?VMO1cmdlIQ?=", "Tõrge!"),
    letter(
        "subject-raw-euc-kr-like-the-body",
        "Subject: 소포 파손\nContent-Type: text/plain; charset=euc-kr\n\n" + KOREAN + "\n",
        charset="euc-kr",
        subject="소포 파손",
    ),
    letter(
        "subject-raw-big5-like-the-body",
        "Subject: 損壞了\nContent-Type: text/plain; charset=big5\n\n損壞了請退款\n",
        charset="big5",
        subject="損壞了",
    ),
    letter(
        "from-raw-windows-1251-like-the-body",
        "From: Дмитрий Иванов <juri@kaup.example>\nContent-Type: text/plain; charset=windows-1251\n\n" + RUSSIAN + "\n",
        charset="cp1251",
        from_=("Дмитрий Иванов", "juri@kaup.example"),
    ),
    letter(
        "from-raw-iso-2022-jp",
        b"From: " + "山田太郎".encode("iso-2022-jp") + b" <juri@kaup.example>",
        from_=("山田太郎", "juri@kaup.example"),
    ),
    letter(
        "from-raw-iso-2022-jp-quoted",
        b'From: "' + "山田太郎".encode("iso-2022-jp") + b'" <juri@kaup.example>',
        from_=("山田太郎", "juri@kaup.example"),
    ),
    letter(
        "from-raw-shift-jis-like-the-body",
        "From: 山田表示 <juri@kaup.example>\nContent-Type: text/plain; charset=shift_jis\n\n" + JAPANESE + "\n",
        charset="shift_jis",
        from_=("山田表示", "juri@kaup.example"),
    ),
    sender("word-with-a-bare-comma", "=?utf-8?Q?Tamm,_J=C3=BCri?= <juri@kaup.example>", None),
    sender("word-with-bare-brackets", "=?utf-8?Q?J=C3=BCri_(sales)?= <juri@kaup.example>", None),
    sender("quoted-words-two", '"=?utf-8?Q?J=C3=BCri?= =?utf-8?Q?_Tamm?=" <juri@kaup.example>', "Jüri Tamm"),
    sender("quoted-word-folded", '"=?utf-8?Q?J=C3=BCri?=\n =?utf-8?Q?_Tamm?=" <juri@kaup.example>', "Jüri Tamm"),
    sender("single-quoted-word", "'=?utf-8?Q?J=C3=BCri?=' <juri@kaup.example>", None),
    letter(
        "to-words-with-bare-commas",
        "To: =?utf-8?Q?Tamm,_J=C3=BCri?= <j@kaup.example>, b@kaup.example",
        to=[(None, "j@kaup.example"), ("", "b@kaup.example")],
    ),
)
