"""The words of mail programs: every language has every section, and the pool holds them all."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mailbot.reading
from mailbot.reading import clients
from mailbot.yaml_file import parse_yaml

FOLDER = Path(mailbot.reading.__file__).parent / "mail_programs"
FILES = sorted(file for file in FOLDER.glob("*.yaml") if file.stem not in ("und", "servers"))
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
        ("headers.subject", "Objet"),
        ("headers.from", "De"),
        ("forward_prefixes", "WG"),
        ("footers", "Inviato da iPhone"),
        ("automatic_subjects", "Respuesta automática"),
        ("wrote", "kirjutas"),
        ("wrote", "napisala"),
        ("headers.from", "Отправитель"),
        ("headers.subject", "موضوع"),
        ("headers.sent", "Nosūtīts"),
        ("forwarded", "Начало переадресованного сообщения"),
        ("forwarded", "Vidarebefordrat meddelande"),
        ("reply_prefixes", "Odg"),
        ("footers", "Saadetud minu"),
        ("closings", "S poštovanjem"),
        ("automatic_subjects", "Автоматична відповідь"),
        ("undelivered_subjects", "Undelivered Mail Returned to Sender"),
        ("receipt_subjects", "Luettu"),
        ("original", "الرسالة الأصلية"),
    ],
)
def test_the_pool_of_all_languages_knows(section: str, word: str) -> None:
    assert re.fullmatch(clients.any_of(section), word, re.IGNORECASE)


def test_a_customers_own_words_are_no_sign_of_a_machine() -> None:
    complaint = (
        "I am on holiday in Spain and my parcel never came. Je suis en vacances. Ich bin im Urlaub und warte noch "
        "immer. Olen puhkusel. Я в отпуске. Sono in ferie. Paketti on yhä toimittamatta, sain vain automaattisen vastauksen. "
        "V moji odsotnosti je kurir pustil paket pri sosedu. Jag är på semester på ert hotell. Soba je prljava, a ja sam na "
        "odmoru. Siunta nepristatyta, pristatymas vėluoja. Paka nav piegādāta. Посилку не вдалося доставити. لم يتم تسليم الطرد."
    )
    pattern = clients.any_of("absence", "automatic", "undelivered", "delayed")
    assert re.search(pattern, complaint, re.IGNORECASE) is None
