"""What an admin starts from: the shipped config, `mailbot init`, `mailbot rules check`."""

import json
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from mailbot.cli.init import init
from mailbot.cli.rules import app
from mailbot.core.errors import ConfigurationError
from mailbot.core.limits import NO_LIMITS
from mailbot.core.money import Sums
from mailbot.core.rules.values import Known
from mailbot.settings.compensation_file import read_compensation
from mailbot.settings.config_file import load_config
from mailbot.yaml_file import At, parse_yaml, read_yaml

ROOT = Path(__file__).parents[2]


def value_at(data: Any, at: At) -> Any:
    return reduce(lambda inside, key: inside[key], at, data)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    init(Path("desk"))
    return tmp_path / "desk"


@pytest.mark.parametrize("file", sorted((ROOT / "mailbot" / "reading").rglob("*.yaml")), ids=lambda file: file.stem)
def test_every_word_that_ships_is_text_and_not_what_yaml_means_by_it(file: Path) -> None:
    read = read_yaml(file)
    assert [at for at in read.marks if isinstance(value_at(read.data, at), bool | None)] == []


def test_the_shipped_config_is_valid_but_for_its_secrets() -> None:
    config = load_config(ROOT / "config.yaml", environ={}, resolve_secrets=False)
    assert config.organisation.case_prefix == "AP"
    assert config.organisation.languages == ("en", "et", "sl", "ru", "fa")
    with pytest.raises(ConfigurationError) as caught:
        load_config(ROOT / "config.yaml", environ={})
    assert all("is not set" in problem.message for problem in caught.value.problems)


def test_what_is_commented_out_in_the_shipped_config_is_valid_too(tmp_path: Path) -> None:
    text = (ROOT / "config.yaml").read_text().replace("\n# authority:", "\nauthority:")
    for setting in ("case_prefix", "holidays", "language", "poll_seconds", "files_sent_copies", "trusted_authserv",
                    "spam", "sat", "commands", "reopen_window", "alerts", "  to", "  smtp", "  command",
                    "contacts", "blocked", "budgets", "  per_address_day", "  per_case_hour", "  per_case_day",
                    "  per_sender_hour", "  per_desk_hour", "  per_hour", "  per_admin_hour", "reading",
                    "  workers", "  seconds", "  memory", "lookups", "  order", "    csv", "    key",
                    "    columns", "  agent", "  lead"):  # fmt: skip
        assert f"# {setting}:" in text
        text = text.replace(f"# {setting}:", f"{setting}:")
    (tmp_path / "config.yaml").write_text(text)
    for name in ("rules", "templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    config = load_config(tmp_path / "config.yaml", environ={}, resolve_secrets=False)
    assert config.alerts.smtp.port == 25
    assert config.commands["lahenda"] == "resolve"
    assert [column.name for column in config.columns] == ["order.status", "order.total", "order.delivered_on"]
    mari, ana = config.team.members
    assert set(mari.authority) == {"refund", "voucher", "per_day"}
    assert ana.authority["per_day"] == Sums.parse(["2000 EUR"])
    assert config.contacts["insurer"] == "claims@insurer.example"
    assert config.blocked.entries == {"eve@evil.example", "spam.example"}
    assert [mark.header for mark in config.mailboxes[0].spam] == ["X-Spam-Flag"]
    assert (config.reading.workers, config.reading.seconds, config.reading.memory) == (2, 20, 10**9)


def test_what_is_commented_out_in_the_shipped_policies_is_valid_too(desk: Path) -> None:
    file = desk / "rules" / "compensation.yaml"
    text = file.read_text()
    for key in ("limits", "  per_case", "  per_customer", "  repeated", "budgets", "  logistics", "  quality",
                "approvals", "promises"):  # fmt: skip
        assert f"# {key}:" in text
        text = text.replace(f"# {key}:", f"{key}:")
    config = load_config(desk / "config.yaml", environ={}, resolve_secrets=False)
    limits = read_compensation(parse_yaml(file.name, text.encode()), Known(config.team, ("en",))).limits
    assert limits.per_customer == Sums.parse(["100 EUR"])
    assert (set(limits.budgets), limits.repeated) == ({"logistics", "quality"}, 3)
    caps = {"per_case": None, "per_customer": None, "customer_period": None, "budgets": {}, "repeated": None}
    assert replace(limits, **caps) == NO_LIMITS


def test_init_writes_a_desk_whose_rules_are_valid(desk: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--config", str(desk / "config.yaml"), "--json"])
    assert (result.exit_code, json.loads(result.stdout)["valid"]) == (0, True)


def test_init_keeps_what_is_there(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "config.yaml").write_text("mine")
    (desk / "rules" / "routing.yaml").unlink()
    init(desk)
    assert (desk / "config.yaml").read_text() == "mine"
    assert (desk / "rules" / "routing.yaml").exists()
    assert f"kept   {desk / 'config.yaml'}" in capsys.readouterr().out


def test_rules_check_names_the_line_and_exits_with_2(desk: Path) -> None:
    path = desk / "rules" / "routing.yaml"
    path.write_text(path.read_text().replace("assign_team: quality}", "assign_team: qualty}", 1))
    result = CliRunner().invoke(app, ["check", "--config", "desk/config.yaml", "--json"])
    (problem,) = json.loads(result.stdout)["problems"]
    assert (result.exit_code, problem["file"]) == (2, "desk/rules/routing.yaml")
    assert 'did you mean "quality"?' in problem["message"]
    with pytest.raises(ConfigurationError):
        CliRunner().invoke(app, ["check", "--config", "desk/config.yaml"], catch_exceptions=False)


def test_init_is_a_command(tmp_path: Path) -> None:
    program = typer.Typer()
    program.command()(init)
    result = CliRunner().invoke(program, [str(tmp_path / "new")])
    assert (result.exit_code, "edit" in result.output) == (0, True)
