"""The words of mail programs: every language has every section, and the pool holds them all."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mailbot.reading.words
from mailbot.reading.words import clients
from mailbot.yaml_file import parse_yaml

FOLDER = Path(mailbot.reading.words.__file__).parent / "mail_programs"
FILES = sorted(file for file in FOLDER.glob("*.yaml") if len(file.stem) == 2)
HEADERS = ("from", "sent", "to", "cc", "subject", "other")
SECTIONS = (
    "wrote", "months", "weekdays", "original", "headers", "forwarded", "forward_prefixes", "reply_prefixes", "footers",
    "closings", "automatic_subjects", "absence", "automatic", "undelivered_subjects", "undelivered", "delayed",
    "receipt_subjects",
)  # fmt: skip
SENTENCES = ("absence", "automatic", "undelivered", "delayed", "footers")

every_language = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def data_of(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = parse_yaml(file.name, file.read_bytes()).data
    return data


def lists_of(data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, section in data.items():
        if name == "headers":
            yield from ((f"headers.{label}", words) for label, words in section.items())
        else:
            yield name, section


@every_language
def test_a_language_has_every_section_in_order(file: Path) -> None:
    data = data_of(file)
    assert (tuple(data), tuple(data["headers"])) == (SECTIONS, HEADERS)
    assert file.read_text(encoding="utf-8").startswith("# What mail programs and mail servers write by themselves, in ")


@every_language
def test_a_section_has_words_and_none_is_empty_padded_or_repeated(file: Path) -> None:
    for name, words in lists_of(data_of(file)):
        folded = [word.casefold() for word in words]
        assert words, name
        assert all(word and word == " ".join(word.split(" ")).strip() for word in words), name
        assert sorted(set(folded)) == sorted(folded), name


@every_language
def test_sentences_are_too_long_to_be_a_customers_word(file: Path) -> None:
    data = data_of(file)
    least = 4 if file.stem in ("zh", "ja", "ko") else 6
    assert [word for name in SENTENCES for word in data[name] if len(word) < least] == []


@every_language
def test_labels_and_prefixes_come_without_their_colon(file: Path) -> None:
    for name, words in lists_of(data_of(file)):
        if name.startswith("headers.") or name.endswith("_prefixes"):
            assert [word for word in words if word.endswith((":", "："))] == [], name


@pytest.mark.parametrize(
    ("section", "word"),
    [
        ("wrote", "schrieb"),
        ("wrote", "napisał(a)"),
        ("wrote", "je napisao/la"),
        ("headers.subject", "Objet"),
        ("headers.from", "De"),
        ("headers.from", "GÖNDEREN"),
        ("headers.to", "ΠΡΟΣ"),
        ("headers.sent", "发送时间"),
        ("forward_prefixes", "WG"),
        ("forward_prefixes", "Továbbítás"),
        ("forwarded", "Videresendt meddelelse"),
        ("forwarded", "İletilen mesaj"),
        ("original", "元のメッセージ"),
        ("footers", "Inviato da iPhone"),
        ("footers", "나의 iPhone에서 보냄"),
        ("automatic_subjects", "Respuesta automática"),
        ("absence", "je suis actuellement en congé"),
        ("automatic", "dit is een automatisch gegenereerd"),
        ("undelivered_subjects", "Nedoručitelné"),
        ("undelivered", "Diagnoseinformationen für Administratoren"),
        ("delayed", "Denne meldingen er ikke levert ennå"),
        ("receipt_subjects", "Przeczytano"),
        ("wrote", "kirjutas"),
        ("wrote", "napisala"),
        ("headers.from", "Отправитель"),
        ("headers.sent", "Nosūtīts"),
        ("headers.subject", "موضوع"),
        ("original", "الرسالة الأصلية"),
        ("forwarded", "Начало переадресованного сообщения"),
        ("reply_prefixes", "Odg"),
        ("footers", "Saadetud minu"),
        ("footers", "Lähetetty iPhonesta"),
        ("closings", "S poštovanjem"),
        ("automatic_subjects", "Автоматична відповідь"),
        ("undelivered_subjects", "Undelivered Mail Returned to Sender"),
    ],
)
def test_the_pool_of_all_languages_knows(section: str, word: str) -> None:
    assert re.fullmatch(clients.any_of(section), word, re.IGNORECASE)


@pytest.mark.parametrize(
    "complaint",
    [
        "I am on holiday in Spain and my parcel never came.",
        "Je suis en vacances et mon colis n'est toujours pas arrivé. Il a été envoyé via Chronopost.",
        "Ich bin im Urlaub und warte. Das Paket wurde per DHL versendet, konnte aber nicht zugestellt werden.",
        "Sono in ferie. Il pacco è stato spedito tramite corriere e non è stato consegnato.",
        "Estoy de vacaciones y el paquete no se ha entregado. Fue enviado con Correos.",
        "Paczka nie została dostarczona, a jestem na urlopie.",
        "Het pakket is niet bezorgd en ik ben op vakantie.",
        "A encomenda não foi entregue e estou de férias.",
        "Tatildeyim ve paketim teslim edilmedi.",
        "我在度假，包裹还没有收到。",
        "荷物がまだ届いていません。休暇から戻りました。",
        "Zásilka nebyla doručena a jsem na dovolené.",
        "Pakken er ikke leveret, og jeg holder ferie.",
        "A csomagot nem kézbesítették, pedig szabadságon vagyok.",
        "Пратката не е доставена, а съм в отпуск.",
        "Το δέμα δεν παραδόθηκε και είμαι σε διακοπές.",
        "Paket nije isporučen, a na odmoru sam. Пакет није испоручен.",
        "Olen puhkusel ja pakk pole tulnud. Я в отпуске, а посылки нет.",
        "V moji odsotnosti je kurir pustil paket pri sosedu, jaz pa sem na dopustu v Grčiji.",
        "Pakettia ei toimitettu ja sain vain automaattisen vastauksen.",
        "Jag är på semester och paketet levererades inte.",
        "Siunta nepristatyta, pristatymas vėluoja. Paka nav piegādāta, piegāde aizkavējas.",
        "Посилку не вдалося доставити, доставка затримується.",
        "لم يتم تسليم الطرد وأنا في إجازة.",
        "بسته تحویل داده نشد و من در سفر هستم.",
    ],
)
def test_a_customers_own_words_are_no_sign_of_a_machine(complaint: str) -> None:
    signs = clients.any_of("absence", "automatic", "undelivered", "delayed", "footers")
    assert re.search(signs, complaint, re.IGNORECASE) is None
