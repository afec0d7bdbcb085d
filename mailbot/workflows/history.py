"""The rule books that were in force: what each changed, how many cases it decided, and how to go back to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff

from mailbot.core.errors import PermanentError
from mailbot.core.spelling import did_you_mean
from mailbot.settings.config import Config
from mailbot.settings.rule_texts import rules_in
from mailbot.store.database import Database, Transaction
from mailbot.workflows.book_files import read_files, version_of, write_files
from mailbot.workflows.runtime import behaviour_of

_NO_FILES: Mapping[str, str] = {}
_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One time in which a book was in force, compared with the book before; `cases` counts all that it ever decided.

    `since` is None for a book that was kept and never in force.
    """

    version: str
    since: datetime | None
    until: datetime | None
    author: str | None
    cases: int
    files: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def history(tx: Transaction) -> tuple[Chapter, ...]:
    """Every chapter, the newest first; books that never were in force at the end."""
    terms, cases = tx.books.terms(), tx.books.cases_decided()
    chapters: list[Chapter] = []
    before = _NO_FILES
    for term in reversed(terms):
        files = tx.books.files(term.version) or _NO_FILES
        chapters.append(
            Chapter(
                version=term.version,
                since=term.since,
                until=term.until,
                author=term.author,
                cases=cases.get(term.version, 0),
                **_difference(before, files),
            )
        )
        before = files
    kept = (_kept(tx, version) for version in tx.books.never_in_force())
    return (*reversed(chapters), *kept)


def _kept(tx: Transaction, version: str) -> Chapter:
    files = tuple(tx.books.files(version) or ())
    nothing: tuple[str, ...] = ()
    return Chapter(
        version=version,
        since=None,
        until=None,
        author=None,
        cases=0,
        files=files,
        added=nothing,
        removed=nothing,
        changed=nothing,
    )


def _difference(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Files and rules that differ; the first book changes nothing."""
    if not old:
        return {"files": (), "added": (), "removed": (), "changed": ()}
    before, after = rules_in(old), rules_in(new)
    return {
        "files": _changed_files(old, new),
        "added": tuple(name for name in after if name not in before),
        "removed": tuple(name for name in before if name not in after),
        "changed": tuple(name for name in after if name in before and after[name] != before[name]),
    }


def _changed_files(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def difference(tx: Transaction, version: str) -> tuple[str | None, Mapping[str, str]]:
    """The version before this one, and a unified diff for each file that it changed; PermanentError if unknown."""
    version = _known(tx, version)
    versions = [term.version for term in tx.books.terms()]
    later = versions[versions.index(version) + 1 :] if version in versions else versions
    before = next((other for other in later if other != version), None)
    old = (tx.books.files(before) if before else None) or _NO_FILES
    new = tx.books.files(version) or _NO_FILES
    return before, {name: _diff(name, old.get(name), new.get(name)) for name in _changed_files(old, new)}


def _diff(name: str, old: str | None, new: str | None) -> str:
    was, is_ = "/dev/null" if old is None else f"a/{name}", "/dev/null" if new is None else f"b/{name}"
    return "\n".join(unified_diff((old or "").splitlines(), (new or "").splitlines(), was, is_, lineterm=""))


def roll_back(
    config: Config, database: Database, version: str | None, *, force: bool, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """Write a book's files back to disk (by default those of the book before); its version, and the files changed.

    PermanentError if it is not known, if it does not suit the configuration, or if what is on disk now is kept nowhere:
    `force` keeps that first.
    """
    present = read_files(config)
    with database.begin() as tx:
        target = _known(tx, version) if version else _previous(tx)
        files = tx.books.files(target) or _NO_FILES
        if tx.books.files(version_of(present)) is None:
            if not force:
                raise PermanentError(
                    "what is in rules/ and templates/ now was never in force, and would be lost: "
                    "put it right first, or keep it in the history with --force"
                )
            tx.books.keep(version_of(present), present, now)
    whole = {**_without(present, {name.partition("/")[0] for name in files}), **files}
    behaviour_of(config, whole).readers.close()
    return target, write_files(config, files)


def _without(files: Mapping[str, str], folders: set[str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.partition("/")[0] not in folders}


def _known(tx: Transaction, version: str) -> str:
    """The version that begins so."""
    versions = {*(term.version for term in tx.books.terms()), *tx.books.never_in_force()}
    found = [known for known in versions if known == version or _begins(known, version)]
    if len(found) != 1:
        hint = "several begin so" if found else "there is none" + did_you_mean(version, versions)
        raise PermanentError(f"no rule book {version}: {hint}; `mailbot rules history` lists them")
    return found[0]


def _begins(known: str, prefix: str) -> bool:
    return len(prefix) >= _SHORTEST_PREFIX and known.startswith(prefix)


def _previous(tx: Transaction) -> str:
    versions = [term.version for term in tx.books.terms()]
    found = next((version for version in versions if version != versions[0]), None)
    if found is None:
        raise PermanentError("there is no earlier rule book; `mailbot rules history` lists them")
    return found
