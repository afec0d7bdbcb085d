"""What every command does without a configuration, with one elsewhere, and when it is called in a wrong way."""

from pathlib import Path

import pytest

from tests.cli.conftest import Mailbot

NEED_A_CONFIG = [
    "run",
    "once",
    "cases",
    "cases --json --full",
    "case AP-10234",
    "explain AP-10234",
    "verify",
    "verify --json",
    "status",
    "status --json",
    "quarantine list",
    "quarantine show 1",
    "quarantine retry 1",
    "quarantine release 1",
    "outbox list",
    "outbox retry 1",
    "outbox cancel 1",
    "rules check",
    "db upgrade",
]


@pytest.mark.parametrize("command", NEED_A_CONFIG)
def test_without_a_configuration_it_says_how_to_get_one(here: Path, mailbot: Mailbot, command: str) -> None:
    answer = mailbot(*command.split())
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("config.yaml:1:1: there is no such file: `mailbot init` writes one")
    assert list(here.iterdir()) == []


def test_check_and_rules_check_say_so_as_json(here: Path, mailbot: Mailbot) -> None:
    rules, check = mailbot("rules", "check", "--json"), mailbot("check", "--json")
    assert (rules.code, rules.json["valid"], rules.json["problems"][0]["file"]) == (2, False, "config.yaml")
    assert (check.code, [(f["level"], f["what"]) for f in check.json]) == (2, [("FAIL", "config")])
    assert "mailbot init" in check.json[0]["detail"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("frobnicate", "No such command"),
        ("--frobnicate", "No such option"),
        ("case", "Missing argument"),
        ("inspect", "Missing argument"),
        ("inspect a.eml --as boss", "'customer', 'agent', 'survey'"),
        ("preview", "Missing argument"),
        ("cases --state lost", "'resolved', 'closed'"),
        ("outbox list --state lost", "pending, sending, sent, failed, uncertain, cancelled"),
        ("quarantine show first", "number"),
        ("quarantine show 0", "greater than or equal to 1"),
        ("outbox retry 99999999999999999999999", "Invalid value"),
        ("quarantine", "Usage"),
        ("rules", "Usage"),
        ("", "Usage"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_right(
    small_desk: Path, mailbot: Mailbot, command: str, said: str
) -> None:
    answer = mailbot(*command.split())
    assert answer.code == 2
    assert said in " ".join((answer.out + answer.err).replace("│", " ").split())


def test_help_and_version(mailbot: Mailbot) -> None:
    assert mailbot("--help").code == 0
    version = mailbot("--version")
    assert (version.code, version.out.split()[0]) == (0, "mailbot")


@pytest.mark.parametrize("by", ["option", "environment"])
def test_the_configuration_may_be_elsewhere(
    small_desk: Path, mailbot: Mailbot, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    (small_desk / "elsewhere").mkdir()
    monkeypatch.chdir(small_desk / "elsewhere")
    if by == "environment":
        monkeypatch.setenv("MAILBOT_CONFIG", "../config.yaml")
    answer = mailbot("status", "--json", *(["--config", "../config.yaml"] if by == "option" else []))
    assert (answer.code, answer.json["last_imap_success"]) == (0, {"support": None})
    assert (small_desk / "data" / "mailbot.db").stat().st_mode & 0o777 == 0o600
    assert list((small_desk / "elsewhere").iterdir()) == []


EMPTY = {
    "cases": (0, "number  state"),
    "cases --json": (0, ""),
    "cases --json --full --overdue": (0, ""),
    "case AP-1": (1, "there is no case AP-1"),
    "case AP-1 --json": (1, "there is no case AP-1"),
    "explain <a@mail.example> --json": (1, "no mail and no case is known as <a@mail.example>"),
    "quarantine list --json": (0, ""),
    "quarantine show 1": (1, "1 is not there"),
    "quarantine retry 1": (1, "1 is not there"),
    "quarantine release 1": (1, "1 is not there"),
    "outbox list --json": (0, ""),
    "outbox retry 1": (1, "1 is not there"),
    "outbox cancel 1": (1, "1 is not there"),
    "status": (0, "last_imap_success: support –"),
    "db upgrade": (0, ""),
}


@pytest.mark.parametrize("command", EMPTY)
def test_an_empty_desk_has_nothing_to_show(small_desk: Path, mailbot: Mailbot, command: str) -> None:
    code, said = EMPTY[command]
    answer = mailbot(*command.split())
    assert answer.code == code
    assert said in (answer.err if code else answer.out)
    assert (answer.out == "") if code or not said else (answer.err == "")


def test_secrets_matter_only_to_commands_that_connect(small_desk: Path, mailbot: Mailbot) -> None:
    assert mailbot("cases").code == 0
    for command in ("run", "once", "verify"):
        answer = mailbot(command)
        assert (answer.code, answer.out) == (2, "")
        assert [line.partition(": ")[2] for line in answer.err.splitlines()] == [
            "${IMAP_PASSWORD}: this environment variable is not set",
            "${SMTP_PASSWORD}: this environment variable is not set",
        ]


def test_check_goes_on_where_only_secrets_are_missing(small_desk: Path, mailbot: Mailbot) -> None:
    (small_desk / "rules" / "routing.yaml").write_text("rulez: []\n")
    answer = mailbot("check", "--json")
    found = {finding["what"]: finding for finding in answer.json}
    assert answer.code == 2
    assert "${IMAP_PASSWORD}" in found["config"]["detail"]
    assert 'did you mean "rules"?' in found["rules and templates"]["detail"]
    assert found["database"]["level"] == "OK"
    assert not any(what.startswith("support ") for what in found)


def test_init_says_where_it_cannot_write(here: Path, mailbot: Mailbot) -> None:
    (here / "file").write_text("")
    for target in ("file", "file/below"):
        answer = mailbot("init", target)
        assert (answer.code, answer.out) == (2, "")
        assert "file" in answer.err


def test_preview_needs_a_known_template_a_language_and_a_place(small_desk: Path, mailbot: Mailbot) -> None:
    shown = mailbot("preview", "acknowledgement", "--language", "en", "--html", "page.html")
    assert (shown.code, shown.out.partition(":")[0]) == (0, "Subject")
    assert (small_desk / "page.html").read_text().startswith("<!")
    for arguments, said in {
        ("acknowledgment", "--language", "en"): 'did you mean "acknowledgement"?',
        ("acknowledgement", "--language", "enn"): "language 'enn', did you mean \"en\"?",
        ("acknowledgement", "--language", "en", "--html", "nowhere/page.html"): "nowhere/page.html cannot be written",
    }.items():
        answer = mailbot("preview", *arguments)
        assert (answer.code, said in answer.err) == (2, True)


def test_preview_shows_what_would_be_written_about_a_mail(small_desk: Path, mailbot: Mailbot) -> None:
    (small_desk / "k.eml").write_text(
        "From: Kate <kate@mail.example>\nSubject: Late\n\nMy parcel A-10293 is five days late. I go to court.\n"
    )
    (small_desk / "templates" / "en" / "ack_x.md").write_text("Subject: Ours {{ order_number }}\n\nSoon.\n")
    answer = mailbot("preview", "acknowledgement", "--mail", "k.eml")
    assert answer.code == 0
    assert "To: kate@mail.example\nSubject: We have received your complaint" in answer.out
    assert "Order: A-10293" in answer.out
    assert (
        mailbot("preview", "ack_x", "--mail", "k.eml").out
        == "To: kate@mail.example\nSubject: Ours A-10293\n\nSoon.\n\n"
    )
    shown = mailbot("preview", "notification", "--mail", "k.eml", "--html", "n.html")
    assert "Kate" in shown.out
    assert "A-10293" in (small_desk / "n.html").read_text("utf-8")
    none = mailbot("preview", "receipt", "--mail", "k.eml")
    assert (none.code, none.out) == (1, "")
    assert "no receipt would be written about k.eml; what can follow a mail: acknowledgement, notification" in none.err
    assert mailbot("preview", "acknowledgement", "--mail", "none.eml").code == 2


def test_the_schema_of_the_rules_is_json(mailbot: Mailbot) -> None:
    assert mailbot("rules", "schema").json["$schema"].startswith("https://json-schema.org/")
