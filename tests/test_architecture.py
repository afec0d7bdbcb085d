"""The picture in docs/architecture.md as a test: imports point one way, and each library has one owner."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mailbot"
FILES = sorted(PACKAGE.rglob("*.py"))

# What each room may import of mailbot. A file at the top of the package is a room of its own.
MAY_IMPORT = {
    "core": {"core"},
    "faults": set(),
    "log": set(),
    "memory": set(),
    "shelf": set(),
    "yaml_file": {"core"},
    "reading": {"core", "shelf", "yaml_file"},
    "store": {"core", "faults"},
    "web": set(),
    "lookups": {"core", "web"},
    "mail": {"core", "faults", "shelf", "yaml_file"},
    "settings": {"core", "reading", "shelf", "yaml_file"},
    "learning": {"core", "reading", "yaml_file"},
    "workflows": {
        "core",
        "reading",
        "learning",
        "store",
        "mail",
        "lookups",
        "web",
        "settings",
        "shelf",
        "faults",
        "log",
    },
    "threads": {"core", "mail", "settings", "log", "workflows"},
    "daemon": {"core", "store", "mail", "settings", "log", "workflows", "threads"},
    "demo": {"core", "mail", "store", "settings", "log", "workflows", "daemon", "yaml_file"},
    "cli": {"core", "store", "settings", "log", "workflows", "daemon", "demo", "memory", "yaml_file"},
    "__main__": {"cli"},
    "__init__": set(),
}

# The rooms or files that own each third-party library.
OWNERS = {
    "aiosmtpd": ["mail/embedded"],
    "aiosmtplib": ["mail/smtp", "mail/smtp_connection"],
    "alembic": ["store/"],
    "apscheduler": ["daemon"],
    "authres": ["mail/authentication"],
    "babel": ["mail/wording"],
    "chardet": ["reading/mime/guessing", "lookups/csv_text"],
    "flufl": ["reading/machines/bounce"],
    "holidays": ["settings/calendars"],
    "imapclient": ["mail/imap"],
    "isal": ["store/compression"],
    "jdatetime": ["mail/wording"],
    "jinja2": ["mail/templates", "mail/sandbox", "mail/compiled"],
    "mailparser": ["reading/mime/parse"],
    "markdown_it": ["mail/markup"],
    "markupsafe": ["mail/templates", "mail/markup"],
    "nh3": ["reading/html/clean"],
    "numpy": ["reading/meaning/classifier", "reading/sketch", "learning/"],
    "proxyprotocol": ["mail/embedded"],
    "py3langid": ["reading/language"],
    "pydantic": ["settings/"],
    "pydantic_core": ["settings/yaml_model"],
    "pymap": ["mail/embedded"],
    "pysasl": ["mail/embedded"],
    "re2": ["settings/patterns"],
    "rich": ["demo/"],
    "scipy": ["learning/training"],
    "selectolax": ["reading/"],
    "sqlalchemy": ["store/", "lookups/sql_query"],
    "Stemmer": ["reading/inflection"],
    "structlog": ["log"],
    "typer": ["cli/"],
    "yaml": ["yaml_file"],
}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").as_posix()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_point_one_way(file: Path) -> None:
    room = name_of(file).split("/")[0]
    rooms = {part[1] for name in imports(file) if (part := name.split("."))[0] == "mailbot" and len(part) > 1}
    rooms &= {name_of(other).split("/")[0] for other in FILES}
    assert rooms <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_each_library_is_imported_by_its_owner(file: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(file)} - set(sys.stdlib_module_names) - {"mailbot"}
    for library in libraries:
        assert any(name_of(file).startswith(owner) for owner in OWNERS[library]), (
            f"{library} is owned by {OWNERS[library]}"
        )


def test_core_has_no_library_no_clock_and_no_log() -> None:
    for file in (PACKAGE / "core").rglob("*.py"):
        assert {name.split(".")[0] for name in imports(file)} <= set(sys.stdlib_module_names) | {"mailbot"}, file
        assert "now()" not in file.read_text(encoding="utf-8"), file
