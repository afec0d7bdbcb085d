"""What may stand in config.yaml: the keys, the form of their values, their defaults."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from mailbot.core.deadlines import Span
from mailbot.core.erasure import Kind, Remains
from mailbot.core.message import Executables
from mailbot.core.money import Money
from mailbot.core.offers import Step
from mailbot.core.server import Folders, Security
from mailbot.core.spelling import did_you_mean
from mailbot.core.team import Role, Strategy
from mailbot.reading.limits import Limits as ReadingLimits
from mailbot.settings.config import Budgets, Limits, Start
from mailbot.settings.lookup_schema import LookupModel
from mailbot.settings.sums import Written as SumsWritten
from mailbot.settings.yaml_model import NOT_EMPTY, Model

_LIMITS, _BUDGETS, _READING = Limits(), Budgets(), ReadingLimits()
_SIZES = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def _address(written: str) -> str:
    if not re.fullmatch(r"[^@\s<>(),;:\"\[\]\\]+@[^@\s<>(),;:\"\[\]\\]+", written):
        raise ValueError("expected an address like support@acme.example")
    return written


def _name(written: str) -> str:
    if not written.strip() or not written.isprintable():
        raise ValueError("expected a name on one line")
    return written


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (KeyError, ValueError, OSError):
        hint = did_you_mean(written, available_timezones())
        raise ValueError(f"expected a time zone like Europe/Tallinn{hint}") from None
    return written


def _currency(written: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", written):
        raise ValueError("expected a currency code of three capital letters like EUR")
    return written


def _prefix(written: str) -> str:
    if not re.fullmatch(r"[A-Z]{2,4}", written):
        raise ValueError("expected two to four capital letters from A to Z")
    return written


def _header(written: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", written):
        raise ValueError("expected the name of a header like X-Spam-Flag, without a colon")
    return written


def _sender(written: str) -> str:
    if not re.fullmatch(r"(?:[^@\s<>(),;:\"\[\]\\]+@)?[\w-]+(?:\.[\w-]+)+", written):
        raise ValueError("expected an address like eve@evil.example or a domain like evil.example")
    return written


def _day(written: object) -> date:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ValueError("expected a day like 2026-12-24") from None


def _money(written: object) -> Money:
    return Money.parse(str(written))


def _size(written: object) -> int:
    match = re.fullmatch(r"([0-9]{1,6}) ?(B|kB|MB|GB|KiB|MiB|GiB)", str(written))
    if match is None:
        raise ValueError('expected a size like "10 MB"')
    return int(match[1]) * _SIZES[match[2]]


def _stretch(written: object) -> timedelta:
    span = Span.parse(str(written))
    if span.length is None:
        raise ValueError('expected a stretch of calendar time like "30 days"')
    return span.length


def _several(written: Any) -> Any:
    """One where a list may stand counts as a list of one."""
    return tuple(written) if isinstance(written, list) else (written,)


Address = Annotated[str, AfterValidator(_address)]
BlockedSender = Annotated[str, AfterValidator(_sender)]
Name = Annotated[str, AfterValidator(_name)]
Day = Annotated[date, PlainValidator(_day, json_schema_input_type=str)]
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
Words = Annotated[tuple[str, ...], BeforeValidator(_several)]


class HolidaysModel(Model):
    """Days off besides the country's, and public holidays on which the desk works."""

    add: tuple[Day, ...] = ()
    remove: tuple[Day, ...] = ()


class OrganisationModel(Model):
    """Whose desk it is."""

    name: Name
    timezone: Annotated[str, AfterValidator(_zone)]
    country: str
    region: str | None = None
    currency: Annotated[str, AfterValidator(_currency)]
    business_hours: Annotated[dict[str, Annotated[Words, NOT_EMPTY]], NOT_EMPTY]
    holidays: HolidaysModel = HolidaysModel()
    languages: Annotated[tuple[str, ...], NOT_EMPTY]
    case_prefix: Annotated[str, AfterValidator(_prefix)] | None = None


class OAuth2Model(Model):
    """Log-in by token."""

    provider: Literal["microsoft", "google"]
    client_id: str
    client_secret: str | None = None
    refresh_token: str | None = None
    tenant: str | None = None


class ServerModel(Model):
    """One IMAP or SMTP server. Without `security` and `port`: those that the protocol usually has."""

    host: Name
    port: Port | None = None
    security: Security | None = None
    insecure: bool = False
    username: str | None = None
    password: str | None = None
    oauth2: OAuth2Model | None = None
    ca_file: str | None = None


class SmtpModel(ServerModel):
    """One SMTP server, and how many connections it may get at once: some providers allow three."""

    connections: Annotated[int, Field(ge=1, le=50)] = 3


class LimitsModel(Model):
    """What the provider lets through, and what the desk lets out."""

    per_minute: Positive | None = _LIMITS.per_minute
    per_day: Positive | None = _LIMITS.per_day
    notification: Annotated[int, PlainValidator(_size, json_schema_input_type=str)] = _LIMITS.notification
    confirm_above: Annotated[Money, PlainValidator(_money, json_schema_input_type=str)] | None = None


class SpamModel(Model):
    """A header by which the mail server's own filter marks spam, and the value that it has then."""

    header: Annotated[str, AfterValidator(_header)]
    value: Name


class MailboxModel(Model):
    """One desk."""

    name: Name
    address: Address
    display_name: Name | None = None
    subaddressing: bool = False
    imap: ServerModel
    smtp: SmtpModel
    aliases: tuple[Address, ...] = ()
    folders: Folders = Folders()
    limits: LimitsModel = LimitsModel()
    start: Start = "new_only"
    trusted_authserv: str | None = None
    language: str | None = None
    poll_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    files_sent_copies: bool | None = None
    spam: Annotated[tuple[SpamModel, ...], BeforeValidator(_several)] = ()


class AlertsModel(Model):
    """The second path."""

    to: tuple[Address, ...] = ()
    smtp: SmtpModel | None = None
    command: str | None = None


class MemberModel(Model):
    """One agent or lead."""

    name: Name
    address: Address
    aliases: tuple[Address, ...] = ()
    role: Role = Role.AGENT
    teams: tuple[Name, ...] = ()
    languages: tuple[str, ...] = ()
    authority: dict[str, SumsWritten] = Field(default_factory=dict)
    deputy: Address | None = None


class BudgetsModel(Model):
    """How many mails at most leave without anybody having asked for them."""

    per_address_day: Positive = _BUDGETS.per_address_day
    per_case_hour: Positive = _BUDGETS.per_case_hour
    per_case_day: Positive = _BUDGETS.per_case_day
    per_sender_hour: Positive = _BUDGETS.per_sender_hour
    per_desk_hour: Positive = _BUDGETS.per_desk_hour
    per_hour: Positive = _BUDGETS.per_hour
    per_admin_hour: Positive = _BUDGETS.per_admin_hour


class ReadingModel(Model):
    """What reading one mail may take before it is set aside."""

    workers: Annotated[int, Field(ge=1, le=64)] = _READING.workers
    seconds: Annotated[int, Field(ge=1, le=3600)] = _READING.seconds
    memory: Annotated[int, PlainValidator(_size, json_schema_input_type=str), Field(ge=100_000_000)] = _READING.memory


class AttachmentsModel(Model):
    """What becomes of customers' files on their way to the team."""

    executables: Executables = "rename"


class AssignmentModel(Model):
    """How a case of a team finds its agent."""

    strategy: Strategy = Field(default=Strategy.NONE, description="none: all of the team are told, the first has it.")
    keep_customer: bool = Field(default=False, description="The agent of the customer's last case gets the next one.")


class OfferHookModel(Model):
    """Where a shop system is told of offers."""

    url: Name
    secret: Annotated[str, Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], NOT_EMPTY] = (Step.ACCEPTED,)


class HooksModel(Model):
    """Other systems that are told of what happens."""

    offers: OfferHookModel | None = None


class PrivacyModel(Model):
    """What stays of those who are forgotten, and how long everything is kept."""

    cases: Remains = Field(default=Remains.ERASE, description="anonymise: the figures of an erased case stay.")
    keep: dict[Kind, Annotated[timedelta, PlainValidator(_stretch, json_schema_input_type=str)]] = Field(
        default_factory=dict
    )
    legal_hold: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    on_server: bool = False


class OldMailModel(Model):
    """Where raw mail goes that is old; without `after` nothing more does."""

    folder: Name
    after: Annotated[timedelta, PlainValidator(_stretch, json_schema_input_type=str)] | None = None


class ConfigModel(Model):
    """The whole file."""

    organisation: OrganisationModel
    database: str = "sqlite:///data/mailbot.db"
    data_dir: str = "data"
    rules: str = "rules"
    templates: str = "templates"
    mailboxes: Annotated[tuple[MailboxModel, ...], NOT_EMPTY]
    alerts: AlertsModel | None = None
    team: Annotated[tuple[MemberModel, ...], NOT_EMPTY]
    authority: dict[Role, dict[str, SumsWritten]] = Field(default_factory=dict)
    contacts: dict[str, Address] = Field(default_factory=dict)
    commands: dict[str, Words] = Field(default_factory=dict)
    budgets: BudgetsModel = BudgetsModel()
    reading: ReadingModel = ReadingModel()
    lookups: dict[str, LookupModel] = Field(default_factory=dict)
    hooks: HooksModel = HooksModel()
    assignment: AssignmentModel = AssignmentModel()
    daily_list: bool = True
    attachments: AttachmentsModel = AttachmentsModel()
    privacy: PrivacyModel = PrivacyModel()
    old_mail: OldMailModel | None = None
    blocked: Annotated[tuple[BlockedSender, ...], BeforeValidator(_several)] = ()
    reopen_window: Annotated[timedelta, PlainValidator(_stretch, json_schema_input_type=str)] = timedelta(days=30)
