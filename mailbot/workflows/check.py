"""The doctor: looks over everything that a desk rests on, and says of each thing whether it is well and what to do."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from mailbot.core.errors import ConfigurationError, MailbotError, TemporaryError
from mailbot.core.hooks import Hook
from mailbot.core.rules.conditions import Unknown
from mailbot.lookups.lookups import Lookups
from mailbot.mail.imap import ImapSession
from mailbot.mail.providers import trusted_authserv
from mailbot.mail.smtp import SmtpSender
from mailbot.settings.config import Config, Mailbox
from mailbot.settings.review import review
from mailbot.store.database import Database
from mailbot.web import NoAnswer, reach, within
from mailbot.workflows.in_force import InForce, in_force
from mailbot.workflows.probe import probe
from mailbot.workflows.rule_tests import run_tests
from mailbot.workflows.runtime import Behaviour, load_behaviour, shelf_of

_HOOK_SECONDS = 5.0
_EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)


class Level(StrEnum):
    """How well a thing is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `detail` says what to do where something is wrong."""

    level: Level
    what: str
    detail: str


# In what an admin wrote; a mistake there is an invalid configuration, not a desk that does badly.
_TESTS = "rule tests"
_WRITTEN = frozenset({"config", "rules and templates", "templates", _TESTS})


def exit_code(findings: Iterable[Finding]) -> int:
    """0 if nothing fails, 1 if something does, 2 if it is something that an admin wrote."""
    failed = {finding.what for finding in findings if finding.level is Level.FAIL}
    return 2 if failed & _WRITTEN else 1 if failed else 0


def check_desk(load: Callable[[bool], Config], *, now: datetime, with_probe: bool = True) -> tuple[Finding, ...]:
    """Every finding, in the order in which a desk starts; what rests on a failed thing is left out.

    `load` gives the configuration with secrets or, where a secret is missing, without; then no server is tried.
    `with_probe`: each desk sends a mail to itself, to see what its servers do to mail.
    """
    mailboxes: tuple[Mailbox, ...] = ()
    try:
        config = load(True)
        mailboxes = config.mailboxes
        said = Finding(Level.OK, "config", str(config.path))
    except ConfigurationError as error:
        said = Finding(Level.FAIL, "config", str(error))
        try:
            config = load(False)
        except ConfigurationError:
            return (said,)
    return (
        said,
        *_behaviour(config),
        *_database(config),
        *_old_mail(config.old_mail_folder),
        *(_lookups(config) if mailboxes else ()),
        *(_hook(config.offer_hook) if mailboxes and config.offer_hook else ()),
        *(finding for mailbox in mailboxes for finding in _mailbox(mailbox, now, with_probe=with_probe)),
        *_people(config),
        _clock(now),
    )


def _behaviour(config: Config) -> Iterator[Finding]:
    try:
        behaviour = load_behaviour(config, shelf=shelf_of(config, writable=False))
    except ConfigurationError as error:
        yield Finding(Level.FAIL, "rules and templates", str(error))
        return
    book = behaviour.rule_book
    yield Finding(Level.OK, "rules", f"{len(book.rules)} rules, version {book.version}")
    for warning in review(config, book, behaviour.templates.acknowledgements):
        yield Finding(Level.WARN, "rules", str(warning))
    problems = behaviour.templates.check()
    if problems:
        yield Finding(Level.FAIL, "templates", "\n".join(map(str, problems)))
    else:
        yield Finding(Level.OK, "templates", ", ".join(config.organisation.languages))
    yield _tests(config, behaviour)


def _tests(config: Config, behaviour: Behaviour) -> Finding:
    try:
        with closing(behaviour.readers):
            verdicts = run_tests(config, behaviour.rule_book, behaviour.readers)
    except TemporaryError as error:
        return Finding(Level.WARN, _TESTS, str(error))
    if problems := [str(problem) for verdict in verdicts for problem in verdict.problems]:
        return Finding(Level.FAIL, _TESTS, "\n".join(problems))
    skipped = sum(verdict.skipped is not None for verdict in verdicts)
    return Finding(Level.OK, _TESTS, f"{len(verdicts) - skipped} passed" + (f", {skipped} skipped" if skipped else ""))


def _old_mail(folder: Path | None) -> Iterator[Finding]:
    if folder is None:
        return
    usable = folder.is_dir() and os.access(folder, os.W_OK)
    said = "" if usable else ": make this folder, or mount its disk, and let this user write there"
    yield Finding(Level.OK if usable else Level.FAIL, "old mail", f"{folder}{said}")


def _database(config: Config) -> Iterator[Finding]:
    try:
        database = Database.open(config.database)
        with database.read() as tx:
            counts, rules = tx.ledger.counts(), in_force(tx, config)
        database.close()
    except MailbotError as error:
        yield Finding(Level.FAIL, "database", str(error))
    else:
        yield Finding(Level.OK, "database", f"{sum(counts.values())} mails in the ledger")
        yield from _in_force(rules)


def _in_force(found: InForce) -> Iterator[Finding]:
    what = "rules in force"
    if found.term:
        said = f"version {found.term.version} since {found.term.since:%Y-%m-%d %H:%M} UTC"
        if found.refused:
            why = "\n".join(found.refused.problems)
            detail = f"{said}; the edit of {found.refused.since:%Y-%m-%d %H:%M} UTC was refused:\n{why}"
            yield Finding(Level.WARN, what, detail)
        elif found.awaits:
            detail = (
                f"{said}; a running desk takes up version {found.on_disk} on disk within two seconds, if it is good"
            )
            yield Finding(Level.WARN, what, detail)
        else:
            yield Finding(Level.OK, what, said)
    if found.started_before_edit:
        at = f"{found.started_before_edit:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            Level.WARN, "config", f"edited since the desk started at {at}: restart it, or the edit does nothing"
        )


def _lookups(config: Config) -> Iterator[Finding]:
    """Each look-up, tried once."""
    lookups = Lookups(config.lookups, folder=config.data_dir / "lookups", zone=config.organisation.calendar.zone)
    for sample in lookups.samples():
        what = f"look-up {sample.lookup.name}"
        if sample.problem:
            yield Finding(Level.FAIL, what, f"{sample.problem}; without it its fields are unknown, and mail goes on")
            continue
        wrong = [f"{name}: {fact.why}" for name, fact in sample.facts.items() if isinstance(fact, Unknown)]
        shown = ", ".join(f"{n} {fact}" for n, fact in sample.facts.items() if not isinstance(fact, Unknown))
        detail = "; ".join(filter(None, [sample.said, shown and f"for example {shown}", *wrong]))
        yield Finding(Level.WARN if wrong or sample.odd else Level.OK, what, detail)
    lookups.close()


def _hook(hook: Hook) -> Iterator[Finding]:
    """Whether somebody is there; nothing is asked, since that would be an order to pay."""
    host = urlsplit(hook.url).netloc
    try:
        with within(_HOOK_SECONDS) as deadline:
            reach(hook.url, deadline)
    except NoAnswer as error:
        yield Finding(Level.FAIL, "hook offers", f"{host}: {error}; what it is to be told is tried for two days")
    else:
        yield Finding(Level.OK, "hook offers", f"{host}: connected, nothing was sent")


def _mailbox(mailbox: Mailbox, now: datetime, *, with_probe: bool) -> Iterator[Finding]:
    servers = [*_imap(mailbox), *_smtp(mailbox)]
    yield from servers
    if with_probe and all(finding.level is not Level.FAIL for finding in servers):
        yield from _probe(mailbox, now)
    if not mailbox.subaddressing:
        example = mailbox.address.replace("@", "+x@")
        detail = f"off: if mail to {example} arrives, switch it on, and answers find their case more surely"
        yield Finding(Level.WARN, f"{mailbox.name} subaddressing", detail)
    if trusted_authserv(mailbox.trusted_authserv, mailbox.imap.host) is None:
        detail = "none: a member's mail without a token is always held; name your server if it writes that header"
        yield Finding(Level.WARN, f"{mailbox.name} trusted_authserv", detail)


def _probe(mailbox: Mailbox, now: datetime) -> Iterator[Finding]:
    try:
        for seen in probe(mailbox, now):
            yield Finding(Level.OK if seen.well else Level.WARN, f"{mailbox.name} {seen.what}", seen.detail)
    except MailbotError as error:
        yield Finding(Level.WARN, f"{mailbox.name} probe", str(error))


def _smtp(mailbox: Mailbox) -> Iterator[Finding]:
    what = f"{mailbox.name} SMTP"
    try:
        with SmtpSender(mailbox.smtp, connections=1) as sender:
            sender.check()
            limit = f"up to {sender.max_size:,} bytes" if sender.max_size else "no size limit announced"
            yield Finding(Level.OK, what, f"{mailbox.smtp.host}: logged in, {limit}")
    except MailbotError as error:
        yield Finding(Level.FAIL, what, str(error))
    if mailbox.smtp.security == "none":
        yield Finding(Level.WARN, what, "not encrypted: only for a server on this machine")


def _imap(mailbox: Mailbox) -> Iterator[Finding]:
    what = f"{mailbox.name} IMAP"
    try:
        with ImapSession.connect(mailbox.imap) as session:
            selected = session.select(mailbox.folders.inbox)
            yield Finding(
                Level.OK, what, f"{mailbox.imap.host}: logged in, {selected.exists} mails in {mailbox.folders.inbox}"
            )
            moving = session.move_supported or session.uidplus
            if moving:
                session.ensure_folders((mailbox.folders.processed, mailbox.folders.quarantine))
            yield _supports(
                f"{what} IDLE", session.idle_supported, f"the desk looks every {mailbox.poll_seconds} seconds instead"
            )
            yield _supports(f"{what} MOVE", moving, "settled mail stays in the inbox")
    except MailbotError as error:
        yield Finding(Level.FAIL, what, str(error))


def _supports(what: str, supported: bool, otherwise: str) -> Finding:
    return (
        Finding(Level.OK, what, "supported") if supported else Finding(Level.WARN, what, f"not supported: {otherwise}")
    )


def _people(config: Config) -> Iterator[Finding]:
    if not config.team.leads:
        yield Finding(Level.WARN, "team", "no lead: alerts and doubtful mail go to everybody")
    if config.alerts is None:
        yield Finding(
            Level.WARN,
            "alerts",
            "not set: what is wrong with the desk itself goes to the leads, by the desk's own mail",
        )


def _clock(now: datetime) -> Finding:
    shown = f"{now.astimezone():%Y-%m-%d %H:%M %Z}"
    if now < _EARLIEST_CLOCK:
        return Finding(Level.FAIL, "clock", f"{shown}: set it, deadlines depend on it")
    return Finding(Level.OK, "clock", shown)
