"""Every forged mail of `tests/security/forgeries/`: nothing is appended, carried out, relayed or leaked."""

from pathlib import Path

import pytest
import yaml

from tests.security.forgeries.judge import findings
from tests.security.forgeries.scene import Scene, scenes


@pytest.mark.parametrize("folder", scenes(), ids=lambda folder: folder.name)
def test_no_forgery_does_what_it_tries(folder: Path, tmp_path: Path) -> None:
    found = [
        f"{aftermath.attack.name} ({aftermath.attack.tries}): {finding.harm}: {finding.what}"
        for aftermath in Scene(folder, tmp_path).play()
        for finding in findings(aftermath)
    ]
    assert not found, "\n".join(found)


def test_there_are_two_hundred_forgeries_and_no_two_are_the_same() -> None:
    mails = [file.read_bytes() for folder in scenes() for file in folder.glob("*.eml")]
    assert len(mails) > 200
    assert len(set(mails)) == len(mails)


def test_each_line_of_an_index_says_what_is_tried_in_other_words() -> None:
    for folder in scenes():
        index = yaml.load((folder / "index.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        tried = [line["tries"] for line in index.values()]
        assert len(set(tried)) == len(tried), [words for words in tried if tried.count(words) > 1]
