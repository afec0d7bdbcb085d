"""`mailbot rules history`, `rollback`, `shadow` and `replay`, and what `explain`, `check` and `status` say of rules."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.store.database import Database
from tests.cli.conftest import Mailbot
from tests.desk import mail
from tests.workflows.edited import BROKEN, URGENT, Edited, folder_with_rules

TRIED = """\
rules:
  - {rule: tried, shadow: true, when: {text: late}, then: {priority: urgent}}
  - {rule: never, when: {text: nothing of it}, then: {tag: x}}
"""


@pytest.fixture
def desk(here: Path) -> Edited:
    """A desk in the current folder that was edited once and has one case since."""
    path = folder_with_rules(here)
    desk = Edited.begin(path, Database.open(f"sqlite:///{here}/mailbot.db"))
    desk.driver.now = datetime.now(UTC)
    desk.write(TRIED)
    desk.wait()
    desk.driver.arrive(
        mail(
            "It is late.\x1b[2J", from_="kate@mail.example", to="support@acme.example", message_id="<late@mail.example>"
        )
    )
    desk.close()
    return desk


def test_the_history_is_a_table_and_one_version_a_diff(desk: Edited, mailbot: Mailbot) -> None:
    table, chapters = mailbot("rules", "history"), mailbot("rules", "history", "--json").json
    assert table.code == 0
    assert "added: “tried”, “never”; rules/zz.yaml" in table.out
    assert [chapter["cases"] for chapter in chapters] == [1, 0]
    assert chapters[0]["version"] == desk.version
    diff = mailbot("rules", "history", desk.version[:5])
    assert "+++ b/rules/zz.yaml" in diff.out
    assert mailbot("rules", "history", desk.version, "--json").json["before"] == chapters[1]["version"]
    unknown = mailbot("rules", "history", "nowhere")
    assert (unknown.code, unknown.out) == (1, "")


def test_a_rollback_says_what_it_changed(desk: Edited, mailbot: Mailbot) -> None:
    back = mailbot("rules", "rollback")
    assert (back.code, "  rules/zz.yaml" in back.out) == (0, True)
    assert not (desk.folder / "rules/zz.yaml").exists()
    (desk.folder / "rules/zz.yaml").write_text(BROKEN)
    refused = mailbot("rules", "rollback", desk.version)
    assert (refused.code, "--force" in refused.err) == (1, True)
    assert mailbot("rules", "rollback", desk.version, "--force", "--json").json == {
        "version": desk.version,
        "changed": ["rules/zz.yaml"],
    }


def test_shadow_names_cases(desk: Edited, mailbot: Mailbot) -> None:
    [case] = desk.driver.cases()
    shown = mailbot("rules", "shadow")
    assert "“tried” would have matched 1 cases" in shown.out
    assert f"{case.number}  priority: normal → urgent" in shown.out
    assert mailbot("rules", "shadow", "--since", "1h", "--json").json[0]["cases"] == {
        case.number: ["priority: normal → urgent"]
    }
    assert mailbot("rules", "shadow", "--since", "soon").code == 2


def test_a_replay_shows_counts_and_cases(desk: Edited, mailbot: Mailbot) -> None:
    [case] = desk.driver.cases()
    elsewhere = desk.folder / "new"
    shutil.copytree(desk.folder / "rules", elsewhere)
    (elsewhere / "zz.yaml").write_text(URGENT)
    shown = mailbot("rules", "replay", "--rules", str(elsewhere))
    assert shown.code == 0
    assert "newly matching\n       1  “all is urgent”" in shown.out
    assert f"  {case.number}  priority: normal → urgent; + “all is urgent”" in shown.out
    told = mailbot("rules", "replay", "--rules", str(elsewhere), "--json").json
    assert told["decisions"]["priority"] == [{"from": "normal", "to": "urgent", "mails": 1}]
    assert (told["changed"], told["list"][0]["number"]) == (1, case.number)
    assert mailbot("rules", "replay", "--rules", "nowhere").code == 2


def test_explain_shows_what_matched_first_and_the_rest_in_short(desk: Edited, mailbot: Mailbot) -> None:
    [case] = desk.driver.cases()
    shown, whole = mailbot("explain", case.number), mailbot("explain", "late@mail.example", "--all")
    lines = shown.out.splitlines()
    marks = [line.strip()[0] for line in lines if line.strip()[:1] in ("✓", "✗")]
    assert marks == sorted(marks)
    assert "  ✓ tried (rules/zz.yaml:2), in shadow: nothing of this was carried out" in lines
    assert "      → priority: urgent" in lines
    assert "\x1b" not in shown.out + whole.out
    assert len(whole.out.splitlines()) > len(lines)


def test_check_and_status_tell_of_a_refused_edit_and_of_an_edited_configuration(desk: Edited, mailbot: Mailbot) -> None:
    good = mailbot("status", "--json").json
    assert (good["rules_in_force"]["version"], good["rules_on_disk"]) == (desk.version, desk.version)
    assert (good["rules_refused"], good["config_edited_after_start"]) == (None, None)
    assert f"OK    rules in force: version {desk.version}" in mailbot("check", "--no-probe").out
    desk.write(BROKEN)
    waiting = mailbot("check", "--no-probe")
    assert "WARN  rules in force" in waiting.out
    desk.wait()
    config = desk.folder / "config.yaml"
    config.write_text(config.read_text() + "# edited\n")
    checked, status = mailbot("check", "--no-probe"), mailbot("status", "--json").json
    assert checked.code == 2, "a restart would go by the last good book, and an admin has to know"
    assert "was refused:\n" in checked.out
    assert "prioirty" in checked.out
    assert "WARN  config: edited since the desk started" in checked.out
    assert "prioirty" in status["rules_refused"]["problems"][0]
    assert status["rules_in_force"]["version"] == desk.version
    assert status["config_edited_after_start"] is not None
