"""CPU time of understanding a mail of 200 words, beside a loop that every machine knows.

`python -m bench.understanding`
"""

import resource
from pathlib import Path

from bench.cpu import cpu_of
from mailbot.learning.corpus import read_corpus
from mailbot.reading.assessment import assess
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.reading.vocabulary import Vocabulary
from mailbot.yaml_file import read_yaml

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "et", "sl", "ru", "fa")
_WORDS = 200
_ROUNDS = 3
_ADDITIONS = 10_000_000


def main() -> None:
    classifier = Classifier.load(SHIPPED)
    for language in LANGUAGES:
        vocabulary = Vocabulary.from_words(language, read_yaml(ROOT / f"rules/vocabulary/{language}.yaml").data)
        texts = _texts(language)

        def understand(texts: list[str] = texts, vocabulary: Vocabulary = vocabulary) -> None:
            for text in texts:
                assess(text, "", vocabulary, classifier)

        understand()  # the words of a language are met once
        print(f"{language}: {min(map(cpu_of, [understand] * _ROUNDS)) / len(texts) * 1000:.2f} ms a mail")
    print(f"a loop of {_ADDITIONS:,} additions: {cpu_of(_loop):.2f} s")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _texts(language: str) -> list[str]:
    """Mails of 200 words, put together of those of the corpus."""
    files = [file for file in sorted((ROOT / "corpus" / language).glob("*.yaml")) if "_more_" not in file.name]
    words = " ".join(mail.text for mail in read_corpus(*files).mails).split(" ")
    return [" ".join(words[at : at + _WORDS]) for at in range(0, len(words) - _WORDS, _WORDS)][:50]


def _loop() -> None:
    total = 0
    for number in range(_ADDITIONS):
        total += number


if __name__ == "__main__":
    main()
