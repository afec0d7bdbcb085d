"""How well plain replies are understood: `python -m tests.reading.consent [--misses]`, by language and in all.

`answers` were written with the words at hand, `unseen` by somebody else: nothing is learnt from those.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from mailbot.core.message import Consent
from mailbot.reading.consent.answer import read_consent

HERE = Path(__file__).parent
SETS = ("answers", "unseen")
_CONSENT = {"True": Consent.YES, "False": Consent.NO, **{str(consent): consent for consent in Consent}}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reply, and what it says."""

    language: str
    text: str
    says: Consent

    @property
    def read(self) -> Consent:
        """What it is taken to say."""
        return read_consent(self.text, self.language)


def labelled(name: str) -> tuple[Labelled, ...]:
    """The replies of a set, by language; none where there is no such folder. YAML takes a bare yes for true."""
    return tuple(
        Labelled(file.stem, str(entry["text"] or ""), _CONSENT[str(entry["says"])])
        for file in sorted((HERE / name).glob("*.yaml"))
        for entry in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    )


def figures(answers: Sequence[Labelled]) -> str:
    """Accuracy, false yes and false no, as shares of all."""
    pairs = [(one.says, one.read) for one in answers]
    right = sum(says is read for says, read in pairs)
    false_yes, false_no = (
        sum(read is wrong is not says for says, read in pairs) for wrong in (Consent.YES, Consent.NO)
    )
    total = len(pairs)
    return (
        f"{right / total:6.1%} right, {false_yes / total:5.1%} false yes, {false_no / total:5.1%} false no of {total}"
    )


def _table() -> Iterator[str]:
    for name in SETS:
        answers = labelled(name)
        for language in sorted({one.language for one in answers}):
            yield f"{name:8} {language:4} {figures([one for one in answers if one.language == language])}"
        if answers:
            yield f"{name:8} all  {figures(answers)}"
            yield from _mistaken(answers)


def _mistaken(answers: Sequence[Labelled]) -> Iterator[str]:
    """How often one is taken for another."""
    counted = Counter((one.says, one.read) for one in answers)
    for (says, read), times in counted.most_common():
        if says is not read:
            yield f"{'':8} {says} read as {read}: {times}"


def _misses() -> Iterator[str]:
    for one in labelled("answers"):
        if one.read is not one.says:
            yield f"{one.language} is {one.says}, read {one.read}: {one.text!r}"


def main() -> None:
    """Print the figures, or the answers of the first set that are not understood."""
    parser = argparse.ArgumentParser(prog="python -m tests.reading.consent", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show which of `answers` are not understood")
    print("\n".join((_misses if parser.parse_args().misses else _table)()))


if __name__ == "__main__":
    main()
