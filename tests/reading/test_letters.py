"""How much is understood of letters as customers write them: see letters/*.yaml. No model has learnt from them."""

from collections import Counter
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
# What is reached, less a few letters that another training may decide otherwise.
LETTERS_RIGHT = {"complaint": 0.85, "type": 0.70, "threat": 0.85, "safety": 0.85}
STAKES_RIGHT = {
    "danger": 0.85,
    "no_danger": 0.65,
    "legal": 0.75,
    "authority": 0.75,
    "press_social": 0.75,
    "no_threat": 0.65,
}


def load(name: str):
    return yaml.load((LETTERS / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def letters(vocabularies, classifier):
    """Each letter, with what is understood of it."""
    return [
        (letter, assess(letter["says"], "", vocabularies[language], classifier))
        for language in LANGUAGES
        for letter in (*load(language), *load("hard").get(language, ()))
    ]


def test_most_letters_are_understood(letters):
    right = Counter[str]()
    for letter, found in letters:
        right["complaint"] += found.is_complaint == ("type" in letter)
        right["type"] += found.type == letter.get("type", "other")
        right["threat"] += found.threat == letter.get("threat", "none")
        right["safety"] += found.safety == letter.get("safety", False)
    shares = {name: count / len(letters) for name, count in right.items()}
    assert all(shares[name] >= least for name, least in LETTERS_RIGHT.items()), shares


def test_danger_and_threats_are_told_from_what_only_sounds_so(vocabularies, classifier):
    right, of = Counter[str](), Counter[str]()
    for language, groups in load("stakes").items():
        for group, sentences in groups.items():
            for sentence in sentences:
                found = assess(f"{BROKEN[language]} {sentence}", "", vocabularies[language], classifier)
                wanted = found.safety == (group == "danger")
                if "danger" not in group:
                    wanted = found.threat == (group if group in THREATS else "none")
                of[group] += 1
                right[group] += wanted
    shares = {group: right[group] / of[group] for group in of}
    assert all(shares[group] >= least for group, least in STAKES_RIGHT.items()), shares
