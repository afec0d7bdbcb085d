"""Texts in the character sets of the world, rightly labelled, in the names that real mail has for them."""

from .row import Row, b64, letter, qp

RUSSIAN = "Здравствуйте, посылка пришла разбитой, верните деньги."
UKRAINIAN = "Доброго дня, їжа зіпсована, ґречно прошу відповісти."
POLISH = "Dzień dobry, paczka jest zgnieciona, proszę o źródło błędu."
CZECH = "Dobrý den, balík přišel poškozený, žádám vrácení peněz."
GREEK = "Καλημέρα, το δέμα έφτασε σπασμένο."
TURKISH = "Merhaba, kargom kırık geldi, iade istiyorum, teşekkürler, İğne."
HEBREW = "שלום, החבילה הגיעה שבורה"
ARABIC = "السلام عليكم وصل الطرد مكسورا"
ESTONIAN = "Tere, pakk saabus katkisena, šokk ja žanr."
LATVIAN = "Labdien, sūtījums ir bojāts, lūdzu atbildiet, paldies."
THAI = "สวัสดี พัสดุเสียหาย"
JAPANESE = "荷物が壊れて届きました。返金をお願いします。"
CHINESE = "您好，包裹损坏了，请退款。"
TRADITIONAL = "您好，包裹損壞了，請退款。"
KOREAN = "안녕하세요, 소포가 파손되었습니다."
FRENCH = "Bonjour, le colis est abîmé, réponse rapide exigée, ça va."
EURO = "Der Betrag ist 25 €, naïve œuvre."
QUOTED = "“It’s broken” – he said… €5"
WELSH = "Mae'r ŵydd a'r ŷd wedi torri"
ICELANDIC = "Góðan dag, pakkinn er skemmdur, þökk"
ROMANIAN = "Bună ziua, coletul este spart, mulțumesc, știu"

LABELLED = (  # the label, Python's codec, the transfer encoding, the text
    ("utf-8", "utf-8", "8bit", RUSSIAN + " 😀"),
    ("UTF8", "utf-8", "quoted-printable", ESTONIAN),
    ("utf-8", "utf-8", "base64", THAI),
    ("unicode-1-1-utf-8", "utf-8", "8bit", CZECH),
    ("iso-8859-1", "iso-8859-1", "8bit", FRENCH),
    ("ISO8859-1", "iso-8859-1", "quoted-printable", FRENCH),
    ("latin1", "iso-8859-1", "base64", ICELANDIC),
    ("iso_8859-1", "iso-8859-1", "8bit", ICELANDIC),
    ("iso-8859-2", "iso-8859-2", "8bit", POLISH),
    ("ISO-8859-2", "iso-8859-2", "quoted-printable", CZECH),
    ("iso-8859-3", "iso-8859-3", "8bit", "Ĉu vi ricevis mian leteron? Ŝi ĝojas."),
    ("iso-8859-4", "iso-8859-4", "quoted-printable", LATVIAN),
    ("iso-8859-5", "iso-8859-5", "8bit", RUSSIAN),
    ("iso-8859-6", "iso-8859-6", "base64", ARABIC),
    ("iso-8859-7", "iso-8859-7", "8bit", GREEK),
    ("iso-8859-8", "iso-8859-8", "base64", HEBREW),
    ("iso-8859-8-i", "iso-8859-8", "8bit", HEBREW),
    ("iso-8859-9", "iso-8859-9", "8bit", TURKISH),
    ("iso-8859-10", "iso-8859-10", "quoted-printable", "Ŋuorra ja đihtta, šiella"),
    ("iso-8859-13", "iso-8859-13", "8bit", LATVIAN),
    ("iso-8859-14", "iso-8859-14", "8bit", WELSH),
    ("iso-8859-15", "iso-8859-15", "8bit", EURO),
    ("iso-8859-16", "iso-8859-16", "quoted-printable", ROMANIAN),
    ("windows-1250", "cp1250", "8bit", CZECH),
    ("windows-1251", "cp1251", "8bit", RUSSIAN),
    ("WINDOWS-1251", "cp1251", "base64", UKRAINIAN),
    ("cp1251", "cp1251", "quoted-printable", RUSSIAN),
    ("windows-1252", "cp1252", "8bit", QUOTED),
    ("cp-1252", "cp1252", "8bit", QUOTED),
    ("windows-1253", "cp1253", "base64", GREEK),
    ("windows-1254", "cp1254", "8bit", TURKISH),
    ("windows-1255", "cp1255", "8bit", HEBREW),
    ("windows-1256", "cp1256", "quoted-printable", ARABIC),
    ("windows-1257", "cp1257", "8bit", ESTONIAN),
    ("windows-1258", "cp1258", "8bit", "Xin chao, tôi bị đau đầu".replace("ị", "i\u0323").replace("ầ", "â\u0300")),
    ("koi8-r", "koi8-r", "8bit", RUSSIAN),
    ("KOI8-U", "koi8-u", "base64", UKRAINIAN),
    ("ibm866", "cp866", "8bit", RUSSIAN),
    ("cp850", "cp850", "8bit", FRENCH),
    ("ibm852", "cp852", "base64", POLISH),
    ("cp437", "cp437", "8bit", "Der Gruß für Müller"),
    ("macintosh", "mac-roman", "quoted-printable", FRENCH),
    ("x-mac-cyrillic", "mac-cyrillic", "8bit", RUSSIAN),
    ("tis-620", "tis-620", "8bit", THAI),
    ("windows-874", "cp874", "base64", THAI),
    ("iso-2022-jp", "iso-2022-jp", "7bit", JAPANESE),
    ("shift_jis", "shift_jis", "8bit", JAPANESE),
    ("x-sjis", "shift_jis", "base64", JAPANESE),
    ("windows-31j", "cp932", "base64", "①髙﨑様の荷物"),
    ("euc-jp", "euc-jp", "8bit", JAPANESE),
    ("gb2312", "gb2312", "8bit", CHINESE),
    ("GBK", "gbk", "base64", "朱镕基先生，您好"),
    ("gb18030", "gb18030", "quoted-printable", CHINESE),
    ("hz-gb-2312", "hz", "7bit", "您好包裹损坏"),
    ("big5", "big5", "8bit", TRADITIONAL),
    ("big5-hkscs", "big5-hkscs", "base64", "佢哋嘅包裹爛咗"),
    ("euc-kr", "euc-kr", "8bit", KOREAN),
    ("ks_c_5601-1987", "cp949", "base64", KOREAN),
    ("iso-2022-kr", "iso-2022-kr", "7bit", KOREAN),
    ("utf-7", "utf-7", "7bit", "Grüße, 25 € bitte"),
    ("unicode-1-1-utf-7", "utf-7", "7bit", RUSSIAN),
    ("utf-16", "utf-16", "base64", CZECH),
    ("utf-16le", "utf-16-le", "base64", RUSSIAN),
    ("utf-16be", "utf-16-be", "base64", JAPANESE),
    ("utf-32", "utf-32", "base64", FRENCH),
)

ALIASES = (  # other names, of old clients and of scripts
    ("ANSI_X3.4-1968", "ascii", "Plain words."),
    ("latin-2", "iso-8859-2", POLISH),
    ("l1", "iso-8859-1", FRENCH),
    ("iso88591", "iso-8859-1", FRENCH),
    ("8859-1", "iso-8859-1", FRENCH),
    ("iso_8859-1:1987", "iso-8859-1", FRENCH),
    ("iso-8859-8-e", "iso-8859-8", HEBREW),
    ("windows1251", "cp1251", RUSSIAN),
    ("win-1251", "cp1251", RUSSIAN),
    ("x-cp1251", "cp1251", RUSSIAN),
    ("x-cp1250", "cp1250", CZECH),
    ("cp-866", "cp866", RUSSIAN),
    ("koi8", "koi8-r", RUSSIAN),
    ("x-mac-roman", "mac-roman", FRENCH),
    ("x-gbk", "gbk", CHINESE),
    ("gb_2312-80", "gb2312", CHINESE),
    ("cp936", "gbk", CHINESE),
    ("cn-big5", "big5", TRADITIONAL),
    ("x-x-big5", "big5", TRADITIONAL),
    ("csISO2022JP", "iso-2022-jp", JAPANESE),
    ("x-euc-jp", "euc-jp", JAPANESE),
    ("ms_kanji", "shift_jis", JAPANESE),
    ("cp932", "cp932", JAPANESE),
    ("ks_c_5601", "cp949", KOREAN),
    ("korean", "cp949", KOREAN),
    ("x-windows-949", "cp949", KOREAN),
    ("utf_8", "utf-8", RUSSIAN),
    ("utf-8-sig", "utf-8", RUSSIAN),
    ("UTF-8,", "utf-8", RUSSIAN),
    ("iso-8859-11", "iso-8859-11", THAI),
    ("iso-ir-100", "iso-8859-1", FRENCH),
)


def _body(data: bytes, transfer: str) -> bytes:
    if transfer == "base64":
        return b64(data).encode()
    return qp(data).encode() + b"\n" if transfer == "quoted-printable" else data + b"\n"


def _row(number: int, label: str, codec: str, transfer: str, text: str) -> Row:
    head = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: {transfer}\n\n"
    return letter(f"{number}-{label}-{transfer}", head.encode() + _body(text.encode(codec), transfer), text=text)


def _alias(label: str, codec: str, text: str) -> Row:
    head = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: 8bit\n\n"
    return letter(f"alias-{label}", head.encode() + text.encode(codec) + b"\n", text=text)


MAILS = (
    *(_row(number, *labelled) for number, labelled in enumerate(LABELLED, 1)),
    *(_alias(*alias) for alias in ALIASES),
)
