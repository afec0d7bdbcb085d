import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.reading.mime.charsets import decode

RUSSIAN = "Здравствуйте, посылка пришла разбитой, прошу вернуть деньги."
CAPITALS = "ЗАКАЗ ПРИШЁЛ РАЗБИТЫМ, ВЕРНИТЕ ДЕНЬГИ"
CHINESE = "你好,我的包裹坏了,請退款。镕"
JAPANESE = "荷物が壊れていました。返金してください。"
KOREAN = "소포가 파손되었습니다. 똠방각하"
ESTONIAN = "Külmik jõudis mõlkis küljega"
LATVIAN = "Šķīvis ir saplēsts, lūdzu atmaksājiet naudu"
HEBREW = "החבילה הגיעה שבורה"
THAI = "พัสดุของฉันเสียหาย"


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (CHINESE, "gb2312", "gb18030"),
        (CHINESE, "GBK", "gb18030"),
        ("我的包裹壞了", "big5", "cp950"),
        ("我嘅包裹爛咗 㗎", "big5", "big5hkscs"),
        (JAPANESE + "①髙", "shift_jis", "cp932"),
        (JAPANESE, "iso-2022-jp", "iso2022_jp"),
        (JAPANESE, "euc-jp", "euc_jp"),
        (KOREAN, "ks_c_5601-1987", "cp949"),
        (KOREAN, "euc-kr", "cp949"),
        ("소포가 파손", "iso-2022-kr", "iso2022_kr"),
        (ESTONIAN + " šž", "iso-8859-15", "iso8859-15"),
        (LATVIAN, "iso-8859-13", "iso8859-13"),
        (LATVIAN, "iso-8859-4", "iso8859-4"),
        (LATVIAN, "windows-1257", "cp1257"),
        (HEBREW, "iso-8859-8-i", "iso8859-8"),
        (HEBREW, "windows-1255", "cp1255"),
        (THAI, "tis-620", "cp874"),
        (THAI, "windows-874", "cp874"),
        ("Hi £5 日本", "utf-7", "utf-7"),
        ("Hi £5 日本", "unicode-1-1-utf-7", "utf-7"),
        ("It’s “5 €” – wrong", "iso-8859-1", "cp1252"),
        (RUSSIAN, "utf-16", "utf-16"),
        ("Hello there", "utf-16", "utf-16-be"),
        ("Hello there", "utf-16", "utf-16-le"),
        ("Grüße", "x-iso-8859-1", "latin-1"),
        ("Grüße", "'utf-8'", "utf-8"),
    ],
)
def test_a_label_means_the_superset_that_programs_write(text, label, codec):
    assert decode(text.encode(codec), label) == (text, False)


def test_rows_of_nec_in_iso_2022_jp_are_read():
    assert decode(b'\x1b$B-!$"\x1b(B ok', "iso-2022-jp")[0] == "①あ ok"


def test_half_width_kana_in_iso_2022_jp_are_read():
    assert decode(b'\x1b(I1\x1b$B$"\x1b(B', "iso-2022-jp")[0] == "ｱあ"


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (RUSSIAN, "koi8-r", "cp1251"),
        (RUSSIAN, "windows-1251", "koi8-r"),
        (CAPITALS, "koi8-r", "cp1251"),
        (CAPITALS, "windows-1251", "koi8-r"),
        (RUSSIAN, "iso-8859-1", "cp1251"),
        (RUSSIAN, "iso-8859-1", "koi8-r"),
        (RUSSIAN, None, "cp866"),
        (CHINESE, "iso-8859-1", "gb18030"),
        (CHINESE, "gb2312", "utf-8"),
        (KOREAN, "us-ascii", "cp949"),
        (JAPANESE, "us-ascii", "iso2022_jp"),
        (JAPANESE, None, "cp932"),
        (JAPANESE, None, "euc_jp"),
        (HEBREW, None, "cp1255"),
        (THAI, "unknown-8bit", "cp874"),
        ("Grüße aus Köln", "utf-8", "latin-1"),
        ("Le colis est arrivé cassé", "x-unknown", "latin-1"),
        ("Grüße aus Köln", "us-ascii", "utf-8"),
        ("Grüße aus Köln", "iso-8859-1", "utf-8"),
        ("Grüße aus Köln", "koi8-r", "latin-1"),
        ("The parcel is broken", None, "utf-16-le"),
    ],
)
def test_a_wrong_label_is_seen_through(text, label, codec):
    assert decode(text.encode(codec), label)[0] == text


@pytest.mark.parametrize("row", ["————————————", "\u00a0" * 12, "••••••••••••", "££££££££", "“…”—“…”—“…”—"])
def test_rows_of_signs_do_not_make_a_label_wrong(row):
    text = f"{row} Preis 5 € {row}"
    assert decode(text.encode("cp1252"), "iso-8859-1") == (text, False)


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        ("Да", "koi8-r", "koi8_r"),
        ("Її посилка зламана, поверніть гроші", "koi8-u", "koi8_u"),
        ("Пратката ми пристигна счупена, върнете парите", "windows-1251", "cp1251"),
        ("Пакет је стигао сломљен", "iso-8859-5", "iso8859_5"),
        ("USB-кабель за 5 USD, iPhone ok", "windows-1251", "cp1251"),
        ("ВНИМАНИЕ", "windows-1251", "cp1251"),
        ("Mõõõõõde", "iso-8859-15", "iso8859_15"),
        ("ŁÓDŹ ŻÓŁĆ ŻÓŁW", "iso-8859-2", "iso8859_2"),
        ("Țară și mâine", "iso-8859-16", "iso8859_16"),
        ("İADE İSTİYORUM, ÜRÜN ÇÜRÜK ÇIKTI, İÇİ ŞÖYLE", "windows-1254", "cp1254"),
        ("ΑΘΗΝΑ Το δέμα", "iso-8859-7", "iso8859_7"),
    ],
)
def test_a_right_label_is_believed(text, label, codec):
    assert decode(text.encode(codec), label) == (text, False)


@pytest.mark.parametrize("label", ["utf-8", None])
@pytest.mark.parametrize("text", [JAPANESE, HEBREW, THAI, LATVIAN])
def test_text_of_utf_8_that_was_cut_inside_a_character_stays_utf_8(text, label):
    sound = f"{text} {text[0]}".encode()[:-1]
    assert decode(sound + ESTONIAN[1].encode()[:1], label)[0].startswith(text)


def test_half_broken_utf_8_is_still_what_its_label_says():
    assert decode("Tõrv \udcff meil".encode("utf-8", "surrogateescape"), "utf-8")[0] == "Tõrv \ufffd meil"


@pytest.mark.parametrize("text", ["café", "le café est fermé, déjà", "Grüße"])
def test_no_label_makes_utf_8_of_what_has_none_of_it(text):
    assert decode(text.encode("cp1252"), "utf-8")[0] == text


def test_one_bad_byte_does_not_change_the_charset():
    data = RUSSIAN.encode() + b" \xff " + RUSSIAN.encode()
    assert decode(data, "utf-8")[0] == f"{RUSSIAN} \ufffd {RUSSIAN}"
    assert decode("包裹坏了,我要退款".encode("gb18030") + b"\xff.", "gb2312")[0].startswith("包裹坏了,我要退款")


def test_a_page_says_its_charset_where_the_mail_does_not():
    page = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Да</p>'
    assert "Да" in decode(page.encode("koi8-r"), None, html=True)[0]
    assert "Да" in decode(page.encode("koi8-r"), "us-ascii", html=True)[0]


def test_the_label_of_the_mail_wins_over_that_of_the_page():
    page = '<meta charset="iso-8859-2"><p>Grüße ÿ</p>'
    assert "ÿ" in decode(page.encode("latin-1"), "iso-8859-1", html=True)[0]


def test_text_that_was_encoded_twice_is_left_alone():
    twice = "für".encode().decode("latin-1")
    assert decode(twice.encode(), "utf-8")[0] == twice


def test_a_hint_decides_where_there_is_no_label():
    assert decode("Šķīvis".encode("cp1257"), None, hint="windows-1257")[0] == "Šķīvis"


@given(
    st.binary(), st.sampled_from([None, "utf-8", "gb2312", "iso-2022-jp", "utf-16", "utf-7", "koi8-r", "x-nonsense"])
)
def test_no_bytes_raise_and_what_comes_out_can_be_stored(data, label):
    text, _ = decode(data, label)
    assert "\x00" not in text
    assert "\r" not in text
    text.encode("utf-8")
