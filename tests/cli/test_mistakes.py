"""What an admin gets wrong in a file: found before anything begins, each mistake with its place, all at once."""

from pathlib import Path

import pytest

from mailbot.yaml_file import read_yaml
from tests.cli.conftest import SMALL, Mailbot

CASES = read_yaml(Path(__file__).parent / "mistakes.yaml").data["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}:{case['says'][0]}")
def test_each_mistake_is_named_with_its_place(
    small_desk: Path, mailbot: Mailbot, monkeypatch: pytest.MonkeyPatch, case: dict
) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", "first")
    monkeypatch.setenv("SMTP_PASSWORD", "second")
    (small_desk / "rules" / "vocabulary" / "en.yaml").write_text("complaint: [late]\n")  # quicker to read
    path = small_desk / case["file"]
    written = path.read_text()
    assert case.get("replace", "") in written
    path.write_text(written.replace(case["replace"], case["with"], 1) if "replace" in case else case["content"])
    command = ("rules", "check") if case["file"].startswith("rules/") else ("once",)
    answer = mailbot(*command)
    said = answer.err.replace(f"{small_desk}/", "").splitlines()
    assert (answer.code, answer.out) == (2, "")
    about = f"{case['file']}:"
    assert [line.removeprefix(about) for line in said if line.startswith(about)] == case["says"]


def test_every_kind_of_file_has_at_least_eight_ways_to_be_wrong() -> None:
    folders = ("config.yaml", "rules/routing", "rules/vocabulary", "rules/follow_up", "rules/compensation", "templates")
    assert all(sum(case["file"].startswith(folder) for case in CASES) >= 8 for folder in folders)


def test_rules_and_templates_are_found_wrong_together(
    small_desk: Path, mailbot: Mailbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", "first")
    monkeypatch.setenv("SMTP_PASSWORD", "second")
    for name, content in {
        "rules/routing.yaml": "rulez: []\n",
        "rules/vocabulary/en.yaml": "compliant: [late]\n",
        "rules/follow_up.yaml": "follow_up: soon\n",
        "rules/compensation.yaml": "",
        "templates/en/answer.md": "{% fi %}",
        "templates/en/receipt.md": "",
    }.items():
        (small_desk / name).write_text(content)
    answer = mailbot("once")
    files = {line.replace(f"{small_desk}/", "").split(":")[0] for line in answer.err.splitlines()}
    assert (answer.code, files) == (
        2,
        {
            "rules/routing.yaml",
            "rules/vocabulary/en.yaml",
            "rules/follow_up.yaml",
            "rules/compensation.yaml",
            "templates/en/answer.md",
            "templates/en/receipt.md",
        },
    )


def test_a_value_of_the_wrong_form_hides_no_other_mistake(small_desk: Path, mailbot: Mailbot) -> None:
    text = SMALL.replace("country: EE", "country: XX").replace("teams: [logistics", "role: boss, teams: [logistics")
    (small_desk / "config.yaml").write_text(text + "rules: rulez\nreopen_window: soon\nbudgets: {per_case_hour: 0}\n")
    answer = mailbot("cases")
    assert answer.code == 2
    assert [line.split(": ")[1] for line in answer.err.splitlines()] == [
        "organisation.country",
        "team[0].role",
        "rules",
        "reopen_window",
        "budgets.per_case_hour",
    ]
