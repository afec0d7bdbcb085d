"""What is understood of letters as customers write them: see letters/*.yaml."""

from pathlib import Path

import pytest
import yaml

from mailbot.reading.assessment import assess

LETTERS = Path(__file__).parent / "letters"
LANGUAGES = ("en", "et", "sl", "ru", "fa")
BROKEN = {
    "en": "My lamp came broken.",
    "et": "Lamp tuli katki.",
    "sl": "Svetilka je prišla razbita.",
    "ru": "Лампа пришла сломанная.",
    "fa": "چراغ شکسته رسید.",
}
THREATS = ("legal", "authority", "press_social")


def load(name: str):
    return yaml.safe_load((LETTERS / f"{name}.yaml").read_text(encoding="utf-8"))


def letters(rows):
    return [pytest.param(language, letter, id=f"{language}-{letter['says'][:40]}") for language, letter in rows]


def said_of(letter):
    return "type" in letter, letter.get("type", "other"), letter.get("threat", "none"), letter.get("safety", False)


STAKES = [
    pytest.param(language, group, sentence, id=f"{language}-{group}-{sentence[:30]}")
    for language, groups in load("stakes").items()
    for group, sentences in groups.items()
    for sentence in sentences
]


@pytest.mark.parametrize(("language", "letter"), letters((lang, letter) for lang in LANGUAGES for letter in load(lang)))
def test_a_letter_is_understood(vocabularies, language, letter):
    found = assess(letter["says"], "", vocabularies[language])
    assert (found.is_complaint, found.type, found.threat, found.safety) == said_of(letter), found.evidence


@pytest.mark.parametrize(
    ("language", "letter"), letters((lang, row) for lang, rows in load("hard").items() for row in rows)
)
def test_a_hard_letter_raises_no_false_alarm(vocabularies, language, letter):
    found = assess(letter["says"], "", vocabularies[language])
    assert found.threat == letter.get("threat", "none"), found.evidence
    assert found.safety == letter.get("safety", False), found.evidence


@pytest.mark.parametrize(("language", "group", "sentence"), STAKES)
def test_danger_and_threats_are_told_from_what_only_sounds_so(vocabularies, language, group, sentence):
    found = assess(f"{BROKEN[language]} {sentence}", "", vocabularies[language])
    assert found.safety == (group == "danger"), found.evidence
    assert found.threat == (group if group in THREATS else "none"), found.evidence
