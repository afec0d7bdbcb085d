"""config.yaml: what it becomes, and what is said about each mistake."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.core.money import Money
from mailbot.settings.config import Config
from mailbot.settings.config_file import load_config
from mailbot.yaml_file import read_yaml

CASES = read_yaml(Path(__file__).parent / "mistakes.yaml").data["cases"]
SECRETS = {"IMAP_PASSWORD": "first", "SMTP_PASSWORD": "second"}


def loaded(path: Path) -> Config:
    return load_config(path, environ=SECRETS)


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(path)
    return [str(problem) for problem in caught.value.problems]


def test_paths_are_absolute_and_relative_to_the_file(desk) -> None:
    config = loaded(desk())
    folder = config.path.parent
    assert (config.rules, config.templates, config.data_dir) == (
        folder / "rules",
        folder / "templates",
        folder / "data",
    )
    assert config.database == f"sqlite:///{folder}/data/mailbot.db"


def test_what_is_not_said_has_a_default(desk) -> None:
    mailbox = loaded(desk()).mailbox("support")
    assert (mailbox.imap.port, mailbox.imap.security, mailbox.imap.username) == (993, "tls", "support@acme.example")
    assert (mailbox.smtp.port, mailbox.smtp.security) == (587, "starttls")
    assert (mailbox.display_name, mailbox.language, mailbox.start) == ("support", "en", "new_only")
    assert mailbox.folders.quarantine == "mailbot/Quarantine"
    assert mailbox.limits.notification == 10_000_000


def test_what_is_said_is_taken(desk) -> None:
    more = [
        "    limits: {notification: 5 MiB, confirm_above: 200 EUR, per_day: 9}",
        "    folders: {junk: null}",
        "    aliases: [Help@acme.example]",
        "    imap:",
    ]
    end = "reopen_window: 14 days\nbudgets: {per_case_hour: 3}\n"
    config = loaded(desk(("    imap:", "\n".join(more)), more=end))
    mailbox = config.mailboxes[0]
    assert mailbox.limits.notification == 5 * 2**20
    assert mailbox.limits.confirm_above == Money(Decimal(200), "EUR")
    assert mailbox.folders.junk is None
    assert config.our_addresses == {"support@acme.example", "help@acme.example"}
    assert config.reopen_window == timedelta(days=14)
    assert (config.budgets.per_case_hour, config.budgets.per_address_day) == (3, 5)


def test_the_calendar_knows_the_countrys_holidays_and_the_desks_own(desk) -> None:
    holidays = '  holidays: {add: [2026-12-23], remove: ["2026-02-24"]}\n  languages'
    calendar = loaded(desk(("  languages", holidays))).organisation.calendar
    assert not calendar.is_business_day(date(2026, 12, 23))
    assert not calendar.is_business_day(date(2026, 12, 25))
    assert calendar.is_business_day(date(2026, 2, 24))
    assert calendar.is_open(datetime(2026, 11, 3, 7, 0, tzinfo=UTC))


def test_a_week_may_begin_on_saturday_and_a_day_may_have_a_break(desk) -> None:
    hours = '{sat-wed: ["08:00-12:00", "13:00-24:00"]}'
    calendar = loaded(desk(('{mon-fri: "09:00-17:00"}', hours))).organisation.calendar
    assert sorted(calendar.hours) == [0, 1, 2, 5, 6]
    assert calendar.hours[5] == ((time(8), time(12)), (time(13), time(0)))


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("Acme Parcels", "AP"), ("Acme", "AC"), ("The Very Long Name Of It", "TVLN"), ("Õ", "CASE"), ("Почта", "CASE")],
)
def test_the_case_prefix_is_the_initials(desk, name: str, prefix: str) -> None:
    assert loaded(desk(("Acme Parcels", name))).organisation.case_prefix == prefix


def test_secrets_show_nowhere_but_where_they_are_asked_for(desk) -> None:
    config = loaded(desk())
    assert config.mailboxes[0].imap.password.reveal() == "first"
    assert "first" not in repr(config)


def test_an_unset_variable_matters_only_to_those_who_connect(desk) -> None:
    path = desk()
    assert load_config(path, environ={}, resolve_secrets=False).mailboxes[0].imap.password is None
    with pytest.raises(ConfigurationError) as caught:
        load_config(path, environ={"SMTP_PASSWORD": "x"})
    assert [str(problem) for problem in caught.value.problems] == [
        "config.yaml:11:47: ${IMAP_PASSWORD}: this environment variable is not set"
    ]


def test_words_of_other_languages_stand_for_commands(desk) -> None:
    config = loaded(desk(more="commands: {resolve: [Lahenda, reši], note: märkus}\n"))
    assert config.commands == {"lahenda": "resolve", "reši": "resolve", "märkus": "note"}


def test_a_mailbox_that_is_not_there_is_named(desk) -> None:
    with pytest.raises(LookupError, match='no mailbox "sales"'):
        loaded(desk()).mailbox("sales")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"][0])
def test_each_mistake_is_named_with_its_place(desk, case) -> None:
    path = desk((case["replace"], case["with"])) if "replace" in case else desk(more=case["add"])
    assert mistakes(path) == [f"config.yaml:{said}" for said in case["says"]]


def test_all_mistakes_are_found_at_once(desk) -> None:
    path = desk(("country: EE", "country: XX"), ("[en, et]", "[en, xx]"), ("mari@acme.example", "support@acme.example"))
    assert [said.split(":")[1] for said in mistakes(path)] == ["4", "7", "14"]


def test_a_plain_password_is_accepted_in_a_file_that_nobody_else_reads(desk) -> None:
    config = loaded(desk(('"${IMAP_PASSWORD}"', "open-sesame"), mode=0o600))
    assert config.mailboxes[0].imap.password.reveal() == "open-sesame"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_plain_password_is_refused_where_anybody_else_can_read_it(desk, mode: int) -> None:
    assert "chmod 600" in mistakes(desk(('"${IMAP_PASSWORD}"', "open-sesame"), mode=mode))[0]


def test_no_tls_is_accepted_on_this_machine_and_where_it_is_asked_for(desk) -> None:
    for host in ("localhost", "127.0.0.1", '"::1"', "10.0.0.5, insecure: true"):
        config = loaded(desk(("host: imap.acme.example", f"host: {host}, security: none")))
        assert config.mailboxes[0].imap.port == 143


def test_oauth2_stands_in_for_a_password(desk) -> None:
    oauth2 = 'oauth2: {provider: google, client_id: desk, refresh_token: "${IMAP_PASSWORD}"}'
    server = loaded(desk(('password: "${IMAP_PASSWORD}"', oauth2))).mailboxes[0].imap
    assert (server.password, server.oauth2.provider, server.oauth2.refresh_token.reveal()) == (None, "google", "first")
