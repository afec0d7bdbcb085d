"""What can be wrong with a config.yaml whose every value is well-formed: values that do not fit each other or the disk.

Each check is one generator of findings; `CHECKS` lists them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields

from mailbot.core.authority import ANY, PER_DAY
from mailbot.core.blocking import Blocked
from mailbot.core.commands.table import COMMANDS
from mailbot.core.compensation import OfferKind
from mailbot.core.deadlines import weekdays
from mailbot.core.errors import Problem
from mailbot.core.message import Address
from mailbot.core.money import Sums
from mailbot.core.rules.actions import LEAD
from mailbot.core.spelling import did_you_mean
from mailbot.core.team import Role
from mailbot.settings.calendars import country_problem, region_problem, windows
from mailbot.settings.config_schema import MailboxModel, MemberModel
from mailbot.settings.findings import Finding, Written
from mailbot.settings.hook_checks import HOOK_CHECKS
from mailbot.settings.lookup_checks import LOOKUP_CHECKS
from mailbot.settings.server_checks import SERVER_CHECKS
from mailbot.settings.yaml_model import path_of
from mailbot.yaml_file import At, described, shown

OFFERS = (PER_DAY, ANY, *OfferKind)


def problems(written: Written, *, beside: frozenset[At] = frozenset()) -> list[Problem]:
    """Every finding of every check, at its place in the file; none at or around the places named by `beside`."""
    file = written.resolved.file
    return [
        file.problem(finding.at, f"{path_of(finding.at)}: {finding.message}", key=finding.key)
        for check in CHECKS
        for finding in check(written)
        if not any(finding.at == at[: len(finding.at)] or at == finding.at[: len(at)] for at in beside)
    ]


def _country(written: Written) -> Iterator[Finding]:
    organisation = written.model.organisation
    if message := country_problem(organisation.country):
        yield Finding(("organisation", "country"), message)
    elif organisation.region and (message := region_problem(organisation.country, organisation.region)):
        yield Finding(("organisation", "region"), message)


def _business_hours(written: Written) -> Iterator[Finding]:
    at: At = ("organisation", "business_hours")
    taken: dict[int, str] = {}
    for key, hours in written.model.organisation.business_hours.items():
        try:
            days = weekdays(key)
        except ValueError as error:
            yield Finding((*at, key), str(error), key=True)
            continue
        try:
            windows(hours)
        except ValueError as error:
            yield Finding((*at, key), f"found {described(', '.join(hours))}, {error}")
        for earlier in {taken[day] for day in days if day in taken}:
            yield Finding((*at, key), f'has a day of "{earlier}" again; list all hours of a day at one key', key=True)
        taken.update(dict.fromkeys(days, key))


def _folders(written: Written) -> Iterator[Finding]:
    for key, path in (("rules", written.model.rules), ("templates", written.model.templates)):
        if not (written.folder / path).is_dir():
            yield Finding(
                (key,), f"there is no folder {shown(written.folder / path)}: `mailbot init` writes one to start from"
            )


def _languages(written: Written) -> Iterator[Finding]:
    languages = written.model.organisation.languages
    templates = written.folder / written.model.templates
    shipped = sorted(path.name for path in templates.iterdir() if path.is_dir()) if templates.is_dir() else []
    yield from _twice(((("organisation", "languages", n), code) for n, code in enumerate(languages)), "language")
    for number, code in enumerate(languages):
        if shipped and code not in shipped:
            hint = did_you_mean(code, shipped) or f", expected one of {', '.join(shipped)}"
            yield Finding(("organisation", "languages", number), f"there is no folder {shown(templates / code)}{hint}")
    for number, mailbox in enumerate(written.model.mailboxes):
        if mailbox.language is not None and mailbox.language not in languages:
            hint = did_you_mean(mailbox.language, languages)
            message = f"found {described(mailbox.language)}, expected one of {', '.join(languages)}{hint}"
            yield Finding(("mailboxes", number, "language"), message)


def _desks(written: Written) -> Iterator[Finding]:
    boxes = list(enumerate(written.model.mailboxes))
    yield from _twice(((("mailboxes", n, "name"), box.name) for n, box in boxes), "mailbox")
    yield from _twice(_desk_addresses(written), "address")
    for number, box in boxes:
        if box.name.startswith("("):
            yield Finding(("mailboxes", number, "name"), f"found {described(box.name)}, expected no bracket in front")
        yield from _folders_of(box, ("mailboxes", number, "folders"))


def _folders_of(box: MailboxModel, at: At) -> Iterator[Finding]:
    """What is wrong with the folders of one mailbox."""
    named: dict[str, str | None] = {field.name: getattr(box.folders, field.name) for field in fields(box.folders)}
    for key, folder in named.items():
        if folder is not None and not all(folder.split("/")):
            yield Finding((*at, key), f"found {described(folder)}, expected a folder like mailbot/Processed")
        elif key != "inbox" and folder in {named["inbox"], named["junk"] if key != "junk" else None} - {None}:
            message = (
                f"found {described(folder)}, expected a folder that mailbot does not read: its mail would come again"
            )
            yield Finding((*at, key), message)


def _team(written: Written) -> Iterator[Finding]:
    members = list(enumerate(written.model.team))
    yield from _twice(((("team", n, "name"), member.name) for n, member in members), "name")
    yield from _twice(_member_addresses(written), "address")
    desks = {address.casefold() for _, address in _desk_addresses(written)}
    for at, address in _member_addresses(written):
        if address.casefold() in desks:
            yield Finding(at, f"{address} is a desk's own address: a member there would write to themselves for ever")


def _authority(written: Written) -> Iterator[Finding]:
    roles = written.model.authority
    for role, sums in roles.items():
        yield from _own_authority(("authority", role.value), sums, {})
    for number, member in enumerate(written.model.team):
        yield from _own_authority(("team", number, "authority"), member.authority, roles.get(member.role, {}))


def _own_authority(at: At, own: Mapping[str, Sums], inherited: Mapping[str, Sums]) -> Iterator[Finding]:
    """What is wrong with what is written here, given what the role says besides."""
    for remedy in own:
        if remedy not in OFFERS:
            hint = did_you_mean(remedy, OFFERS) or f", expected one of {', '.join(OFFERS)}"
            yield Finding((*at, remedy), f"not a remedy{hint}", key=True)
    everything = {**inherited, **own}
    per_day = everything.pop(PER_DAY, None)
    for remedy, sums in everything.items() if per_day else ():
        place = remedy if remedy in own else PER_DAY
        for sum_ in sums.written:
            if per_day and place in own and per_day.within(sum_.currency) is None:
                message = f"nothing in {sum_.currency} ({remedy}) can be granted while {PER_DAY} has no sum in it"
                yield Finding((*at, place), message)


def _deputies(written: Written) -> Iterator[Finding]:
    members = written.model.team
    by_address = {key.casefold(): member for member in members for key in (member.address, *member.aliases)}
    for number, member in enumerate(members):
        if member.deputy is None:
            continue
        found = by_address.get(member.deputy.casefold())
        if problem := _problem_of_deputy(member, found, did_you_mean(member.deputy, by_address)):
            yield Finding(("team", number, "deputy"), f"found {described(member.deputy)}, {problem}")


def _problem_of_deputy(member: MemberModel, deputy: MemberModel | None, hint: str) -> str:
    """What is wrong with a deputy; nothing for one who can stand in."""
    if deputy is None:
        return f"not an address of the team{hint}"
    if deputy is member:
        return "expected somebody else than the member"
    if Role.AGENT in (member.role, deputy.role):
        return "expected nothing for an agent, and a lead for a lead: only leads approve"
    return ""


def _contacts(written: Written) -> Iterator[Finding]:
    taken = {LEAD, *(team for member in written.model.team for team in member.teams)}
    desks = {address.casefold() for _, address in _desk_addresses(written)}
    for name, address in written.model.contacts.items():
        if name in taken or "@" in name:
            yield Finding(("contacts", name), "expected a name that is no team, no address and not lead", key=True)
        if address.casefold() in desks:
            yield Finding(("contacts", name), f"{address} is a desk's own address: mail to it would come back")


def _blocked(written: Written) -> Iterator[Finding]:
    """Who is of the desk can never be blocked, and a list that says so would only be misunderstood."""
    ours = [address for _, address in (*_desk_addresses(written), *_member_addresses(written))]
    entries = [(("blocked", number), entry) for number, entry in enumerate(written.model.blocked)]
    yield from _twice(entries, "sender")
    for at, entry in entries:
        blocked = Blocked(frozenset({entry.casefold()}))
        if hit := next((one for one in ours if blocked.entry_for(Address("", one))), None):
            yield Finding(at, f"found {described(entry)}, expected nobody of the desk or the team, as {hit} is")


def _alerts(written: Written) -> Iterator[Finding]:
    alerts = written.model.alerts
    if alerts and not alerts.to and not alerts.command:
        yield Finding(("alerts",), 'expected addresses in "to", a "command", or both')


def _commands(written: Written) -> Iterator[Finding]:
    aliases: list[tuple[At, str]] = []
    for name, words in written.model.commands.items():
        if name not in COMMANDS:
            hint = did_you_mean(name, COMMANDS) or f", expected one of {', '.join(COMMANDS)}"
            yield Finding(("commands", name), f"not a command{hint}", key=True)
        for number, word in enumerate(words):
            at: At = ("commands", name, number)
            aliases.append((at, word))
            if not re.fullmatch(r"[^\W\d_][\w-]*", word):
                yield Finding(at, f"found {described(word)}, expected one word without #")
            elif word in COMMANDS and word != name:
                yield Finding(at, f'"{word}" is a command of its own')
    yield from _twice(aliases, "word")


def _desk_addresses(written: Written) -> Iterator[tuple[At, str]]:
    for number, mailbox in enumerate(written.model.mailboxes):
        yield ("mailboxes", number, "address"), mailbox.address
        for index, alias in enumerate(mailbox.aliases):
            yield ("mailboxes", number, "aliases", index), alias


def _member_addresses(written: Written) -> Iterator[tuple[At, str]]:
    for number, member in enumerate(written.model.team):
        yield ("team", number, "address"), member.address
        for index, alias in enumerate(member.aliases):
            yield ("team", number, "aliases", index), alias


def _twice(named: Iterable[tuple[At, str]], what: str) -> Iterator[Finding]:
    first: dict[str, At] = {}
    for at, name in named:
        if (earlier := first.setdefault(name.casefold(), at)) != at:
            yield Finding(at, f'the {what} "{name}" is at {path_of(earlier)} already')


CHECKS: tuple[Callable[[Written], Iterator[Finding]], ...] = (
    _country,
    _business_hours,
    _folders,
    _languages,
    *SERVER_CHECKS,
    _desks,
    _team,
    _authority,
    _deputies,
    _contacts,
    _alerts,
    _blocked,
    _commands,
    *LOOKUP_CHECKS,
    *HOOK_CHECKS,
)
