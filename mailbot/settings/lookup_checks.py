"""What can be wrong with the look-ups that a well-formed config.yaml names."""

import re
import stat
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from mailbot.core.claims import CLAIM
from mailbot.core.compensation import FACTS
from mailbot.core.lookup import By, ColumnKind
from mailbot.core.rules.fields import MAIL
from mailbot.core.spelling import did_you_mean
from mailbot.settings.findings import Finding, Written
from mailbot.settings.lookup_schema import LookupModel
from mailbot.settings.lookups import IN_BRACES, by_of, placeholders
from mailbot.settings.rule_conditions import SCHEDULE
from mailbot.yaml_file import At, described

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_READS = re.compile(r"\s*(select|with|values|table)\b", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@")
_OF_CSV = ("key", "encoding", "delimiter", "decimal")
_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
_THEIR_OWN = frozenset({By.SENDER, By.CUSTOMER})
_FILLED = frozenset({"customer", "order"})
"""What begins so, the desk fills only in part."""


def _lookups(written: Written) -> Iterator[tuple[At, str, LookupModel]]:
    for name, lookup in written.model.lookups.items():
        yield ("lookups", name), name, lookup


def _names(written: Written) -> Iterator[Finding]:
    fields = {*MAIL, *CLAIM, *MAIL.families, SCHEDULE, "all", "any", "not"}
    taken = ({name.partition(".")[0] for name in fields} | {"case"}) - _FILLED
    for at, name, lookup in _lookups(written):
        if not _NAME.fullmatch(name):
            yield Finding(at, "expected a name in small letters, digits and _, like order", key=True)
        elif name in taken:
            yield Finding(at, f"what begins with {name} is filled by the desk itself; expected another name", key=True)
        for column in lookup.columns:
            if not _NAME.fullmatch(column):
                yield Finding((*at, "columns", column), "expected a name in small letters, digits and _", key=True)
            elif f"{name}.{column}" in fields:
                message = f"the desk fills {name}.{column} by itself; expected another name"
                yield Finding((*at, "columns", column), message, key=True)


def _sources(written: Written) -> Iterator[Finding]:
    for at, _, lookup in _lookups(written):
        named = [name for name in ("csv", "sql", "http") if getattr(lookup, name) is not None]
        if len(named) != 1:
            yield Finding(at, f"found {' and '.join(named) or 'no source'}, expected one of csv, sql, http")
        elif named != ["csv"]:
            for key in _OF_CSV:
                if getattr(lookup, key) is not None:
                    yield Finding((*at, key), "only a csv has this", key=True)


def _keys(written: Written) -> Iterator[Finding]:
    for at, name, lookup in _lookups(written):
        by = by_of(name, lookup)
        place: At = (*at, "sql", "query") if lookup.sql else (*at, "http", "url") if lookup.http else at
        if by is None:
            example = {"sql": ":order_number", "http": "{order_number}"}.get(str(place[2:3] and place[2]), "by: …")
            yield Finding(place, f"by what is it looked up? expected {example} (or {', '.join(list(By)[1:])})")
        elif not lookup.csv and place != at:
            found = placeholders(lookup)
            for unknown in dict.fromkeys(word for word in found if word != by):
                yield Finding(place, f'there is no value "{unknown}", expected {by.value} alone')
            if by not in found:
                mark = f":{by}" if lookup.sql else f"{{{by}}}"
                yield Finding(place, f"it does not say where the key goes, expected {mark} in it")


def _columns(written: Written) -> Iterator[Finding]:
    languages = written.model.organisation.languages
    for at, name, lookup in _lookups(written):
        for called, column in lookup.columns.items():
            place: At = (*at, "columns", called)
            expected = _KIND_OF.get(f"{name}.{called}")
            if expected and column.kind is not expected:
                yield Finding((*place, "kind"), f"policies count on {name}.{called}: expected {expected.value}")
            if column.currency and column.kind is not ColumnKind.MONEY:
                yield Finding((*place, "currency"), "only money has a currency", key=True)
            if column.format and column.kind is not ColumnKind.DATE:
                yield Finding((*place, "format"), "only a date has this", key=True)
            for language in column.label.keys() - {"", *languages}:
                hint = did_you_mean(language, languages) or f", expected one of {', '.join(languages)}"
                yield Finding((*place, "label", language), f"not a language of the desk{hint}", key=True)


def _owners(written: Written) -> Iterator[Finding]:
    """Whoever knows the number of somebody's order must not be told what stands in it."""
    for at, name, lookup in _lookups(written):
        if lookup.owner is None and by_of(name, lookup) not in _THEIR_OWN:
            for called, column in lookup.columns.items():
                if column.customer:
                    message = (
                        "whose is it? Anybody can write the number of an order: expected `owner:` with the column of "
                        "the customer's address beside `columns`, or no `customer: true`"
                    )
                    yield Finding((*at, "columns", called, "customer"), message, key=True)


def _databases(written: Written) -> Iterator[Finding]:
    for at, _, lookup in _lookups(written):
        if lookup.sql is None:
            continue
        scheme = lookup.sql.url.partition("://")[0]
        if scheme not in _DATABASES and (*at, "sql", "url") not in written.resolved.unresolved:
            hint = did_you_mean(scheme, _DATABASES)
            yield Finding((*at, "sql", "url"), f"expected sqlite:///… or postgresql+psycopg://…{hint}")
        if not _READS.match(lookup.sql.query):
            yield Finding(
                (*at, "sql", "query"), f"found {described(lookup.sql.query)}, expected a select: it only reads"
            )


def _addresses(written: Written) -> Iterator[Finding]:
    for at, _, lookup in _lookups(written):
        if lookup.http is None or (*at, "http", "url") in written.resolved.unresolved:
            continue
        place = (*at, "http", "url")
        try:
            url = urlsplit(lookup.http.url)
            host, _port = url.hostname, url.port
        except ValueError as error:
            yield Finding(place, f"found {described(lookup.http.url)}, no address: {error}")
            continue
        if url.scheme not in ("http", "https") or not host:
            yield Finding(place, f"found {described(lookup.http.url)}, expected an address like https://erp.example/…")
        elif IN_BRACES.search(url.netloc):
            yield Finding(place, "a value of a mail may not choose the server: expected it behind the host's name")
        for name, value in lookup.http.headers.items():
            if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not value.isprintable():
                yield Finding((*at, "http", "headers", name), "expected a header on one line", key=True)


def _plain_secrets(written: Written) -> Iterator[Finding]:
    if not stat.S_IMODE(written.path.stat().st_mode) & 0o077:
        return
    for at, _, lookup in _lookups(written):
        secrets: dict[At, str] = {}
        if lookup.sql and _PASSWORD.search(lookup.sql.url):
            secrets[*at, "sql", "url"] = "password"
        if lookup.http:
            secrets |= {
                (*at, "http", "headers", name): "key"
                for name in lookup.http.headers
                if re.search("auth|key|token|secret|cookie", name, re.IGNORECASE)
            }
        for place, what in secrets.items():
            if place not in written.resolved.references:
                advice = f"chmod 600 {written.resolved.file.name}, or take it from elsewhere: ${{NAME}}, ${{file:PATH}}"
                yield Finding(place, f"a plain {what} in a file that others can read: {advice}")


_KIND_OF: Mapping[str, ColumnKind] = {name: ColumnKind(kind) for name, kind in FACTS.items()}
LOOKUP_CHECKS: tuple[Callable[[Written], Iterator[Finding]], ...] = (
    _names,
    _sources,
    _keys,
    _columns,
    _owners,
    _databases,
    _addresses,
    _plain_secrets,
)
