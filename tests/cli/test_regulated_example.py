"""The example of a bank that keeps its regulator's clocks is right, and its tests pass."""

import shutil
from pathlib import Path

from mailbot.cli.init import init
from tests.cli.conftest import Mailbot
from tests.desk import ROOT


def test_the_example_of_a_regulated_bank_chooses_profiles_that_are_shipped(here: Path, mailbot: Mailbot) -> None:
    init(here)
    shutil.copytree(ROOT / "docs" / "examples" / "regulated", here, dirs_exist_ok=True)
    checked = mailbot("rules", "check")
    assert checked.code == 0, checked.out + checked.err
    tested = mailbot("rules", "test", "--json")
    assert tested.code == 0, tested.out + tested.err
