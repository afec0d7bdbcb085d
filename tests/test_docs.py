"""What the documents say, compared with the code. `python -m tests.test_docs` writes the generated tables anew."""

import ast
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import mailbot.cli
from mailbot.cli.init import init
from mailbot.core.classify import correspondent
from mailbot.core.commands.table import COMMANDS
from mailbot.core.events import Received
from mailbot.core.message import Consent
from mailbot.core.rules import fields
from mailbot.core.rules.actions import ACKNOWLEDGEMENT, ACTIONS, DETAIL, PROBLEM, REASON, RECIPIENT, SLA
from mailbot.core.rules.case_fields import CASE
from mailbot.core.rules.engine import evaluate
from mailbot.core.rules.moments import DATE, SPAN, TIME, WEEKDAY
from mailbot.core.rules.operators import EXISTS, OPERATORS, WITHIN
from mailbot.core.rules.values import FLAG, LANGUAGE, PERSON, SUGGESTION, SUM, TEAM, Kind
from mailbot.reading.commands import parse_commands
from mailbot.reading.consent.answer import read_consent
from mailbot.reading.hints import Hints
from mailbot.reading.reader import Reader
from mailbot.settings.config_file import load_config
from mailbot.settings.rulebook import load_rule_book
from mailbot.store.database import Database
from tests.desk import MONDAY_NOON, DeskDriver, mail

ROOT = Path(__file__).parents[1]
RULES = ROOT / "docs" / "rules.md"
FOR_AGENTS = sorted((ROOT / "docs").glob("agents*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAILBOT = Path(sys.executable).with_name("mailbot")

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TABLE = re.compile(r"(<!-- ([a-z ]+): made .*? -->\n).*?(<!-- end -->)", re.DOTALL)
_ROW = re.compile(r"^\| `(mailbot [a-z ]+)` \|", re.MULTILINE)
_LTR = "\u2066"  # in a text from right to left, code is read from left to right behind this mark
_FOLDERS = ("mailbot", "tests", "docs", "templates", "rules", "bench", "fuzz", ".ci")

EVERY_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))

EVERY_PAGE_FOR_AGENTS = pytest.mark.parametrize("page", FOR_AGENTS, ids=lambda path: path.name)


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def blocks(document: Path, language: str) -> list[str]:
    return [code for found, code in _BLOCK.findall(read(document)) if found == language]


def code_of(document: Path) -> Iterator[str]:
    """Everything that is written as code between words, and every line of a shell example."""
    yield from _CODE.findall(_BLOCK.sub("", read(document)))
    for block in blocks(document, "sh"):
        yield from block.splitlines()


# Commands


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command with its whole name; a group of commands is none by itself."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for word, inner in command.commands.items():
        yield from _commands(inner, f"{name} {word}")


PROGRAM = dict(_commands(typer.main.get_command(mailbot.cli.app), "mailbot"))


@EVERY_DOCUMENT
def test_every_command_and_option_in_the_documents_exists(document: Path) -> None:
    for code in code_of(document):
        line = code.partition("#")[0].partition(" > ")[0].rpartition("bin/")[2]
        words = shlex.split(line) if line.startswith("mailbot ") else []
        if not words or "COMMAND" in words:
            continue
        name = next((n for n in (" ".join(words[:length]) for length in (3, 2)) if n in PROGRAM), None)
        if name is None:
            assert any(n.startswith(f"{line} ") for n in PROGRAM), f"there is no command {code!r}"
            continue
        options = {word for word in words if word.startswith("--")}
        assert options <= _options(name), f"{code!r}: {options - _options(name)}"


@EVERY_DOCUMENT
def test_every_option_that_stands_alone_is_one_of_some_command(document: Path) -> None:
    named = {code.split()[0] for code in code_of(document) if code.startswith("--")}
    of_the_bench = set(re.findall(r'"(--[a-z-]+)"', read(ROOT / "bench" / "__main__.py")))
    assert named <= of_the_bench.union(*map(_options, PROGRAM))


def _options(name: str) -> set[str]:
    return {"--help", *(o for parameter in PROGRAM[name].params for o in (*parameter.opts, *parameter.secondary_opts))}


def test_the_readme_lists_every_command_once() -> None:
    assert sorted(_ROW.findall(read(ROOT / "README.md"))) == sorted(PROGRAM)


@EVERY_DOCUMENT
def test_every_make_target_in_the_documents_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    named = {code.split()[1] for code in code_of(document) if re.match(r"make [a-z]", code)}
    assert named <= targets


# Pages for agents


@EVERY_PAGE_FOR_AGENTS
def test_a_page_for_agents_has_one_row_for_each_command(page: Path) -> None:
    assert sorted(re.findall(rf"^\| {_LTR}?`#(\w+)`", read(page), re.MULTILINE)) == sorted(COMMANDS)


@EVERY_PAGE_FOR_AGENTS
def test_a_page_for_agents_names_no_command_that_does_not_exist(page: Path) -> None:
    written = [*code_of(page), *"".join(blocks(page, "text")).splitlines()]
    assert {found[1] for code in written if (found := re.match(r"#(\w+)", code))} == set(COMMANDS)


@EVERY_PAGE_FOR_AGENTS
def test_what_a_page_for_agents_shows_behind_a_command_is_understood(page: Path) -> None:
    shown = [code for code in code_of(page) if re.match(r"#\w+ ", code)]
    assert len(shown) > 20
    for code in shown:
        (command,), below = parse_commands(code, {}, today=date(2026, 11, 25), currency="EUR")
        assert (command.error, below) == (None, ""), code


@EVERY_PAGE_FOR_AGENTS
def test_a_page_for_agents_says_what_to_answer_to_a_mail_that_is_not_ones_own(page: Path) -> None:
    language = _language(page)
    said = [c for c in code_of(page) if c[0] != "#" and read_consent(c, language) is Consent.NO]
    assert len(said) == 1
    assert said[0] in read(ROOT / "templates" / language / "challenge.md")


@EVERY_PAGE_FOR_AGENTS
def test_a_page_for_agents_links_to_itself_in_the_other_languages(page: Path) -> None:
    assert {other.name for other in FOR_AGENTS if other != page} <= set(_LINK.findall(read(page)))


def test_there_is_a_page_for_agents_in_every_language_that_ships() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert {_language(page) for page in FOR_AGENTS} == folders


def _language(page: Path) -> str:
    return page.stem.partition(".")[2] or "en"


# Threats


def test_every_test_that_the_threats_name_exists_and_every_threat_names_one() -> None:
    table = read(ROOT / "SECURITY.md").partition("| threat |")[2].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    named = [re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row) for row in rows]
    assert all(named)
    for file, test in (pair for pairs in named for pair in pairs):
        assert f"\ndef {test}(" in read(ROOT / file), f"{file} has no {test}"


# Files and links


@EVERY_DOCUMENT
def test_every_file_in_the_documents_exists(document: Path) -> None:
    for code in code_of(document):
        for path in re.findall(rf"(?<![\w/.$])(?:{'|'.join(_FOLDERS)})/[\w./-]+", code):
            if not path.startswith(("templates/fi", "rules/vocabulary/fi", "mailbot/Processed", "mailbot/Quarantine")):
                assert (ROOT / path.rstrip(".")).exists(), f"{path} in `{code}`"


@EVERY_DOCUMENT
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in _LINK.findall(_BLOCK.sub("", read(document))):
        file, _, anchor = target.partition("#")
        if not file.startswith("https://"):
            path = (document.parent / file).resolve() if file else document
            assert path.exists(), target
            assert not anchor or anchor in _anchors(path), target


def _anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", _BLOCK.sub("", read(document)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_picture_of_the_rooms_names_every_file_once() -> None:
    named = re.findall(r"^- `(mailbot/[^`]+)`: \S", read(ROOT / "docs" / "architecture.md"), re.MULTILINE)
    package = [path for path in (ROOT / "mailbot").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    folders = {name for name in named if name.endswith("/")}  # data of one kind: a file a language
    files = {str(path.relative_to(ROOT)) for path in package}
    inside = {file for file in files if f"{file.rpartition('/')[0]}/" in folders}
    assert set(named) ^ (files - inside) == folders
    assert len(named) == len(package) - len(inside) + len(folders)


def test_every_decision_is_linked_and_says_what_speaks_against_it() -> None:
    architecture = read(ROOT / "docs" / "architecture.md")
    for page in (ROOT / "docs" / "decisions").iterdir():
        assert f"(decisions/{page.name})" in architecture
        assert "**Against it.**\n\n- " in read(page), page.name


def test_the_documents_name_every_event_of_the_log() -> None:
    source = "".join(read(path) for path in (ROOT / "mailbot").rglob("*.py"))
    logged = re.findall(r'(?:log\.(?:info|warning|error|exception)|_log_failure)\(\s*"([a-z_.]+)"', source)
    operations = read(ROOT / "docs" / "operations.md").split("## Log lines")[1].split("\n## ")[0]
    assert sorted(set(logged)) == sorted(re.findall(r"^\| `([a-z_.]+)` \|", operations, re.MULTILINE))


# Examples


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder as `mailbot init` leaves it."""
    init(tmp_path)
    return tmp_path


def _examples() -> Iterator[Any]:
    for document in DOCUMENTS:
        for number, block in enumerate(blocks(document, "yaml")):
            head = block.splitlines()[0]
            if head.startswith("# "):
                yield pytest.param(document, block, id=f"{document.stem} {number} {head}")


@pytest.mark.parametrize(("document", "block"), [*_examples()])
def test_every_example_of_yaml_loads(document: Path, block: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "exclamation_marks" in block:
        _follow_the_field_recipe(monkeypatch)
    target, _, where = block.splitlines()[0].removeprefix("# ").partition(", ")
    file, content = desk / target, yaml.load(block, Loader=yaml.CSafeLoader)
    written = yaml.load(read(file), Loader=yaml.CSafeLoader) if file.exists() else {}
    (written["mailboxes"][0] if where == "in a mailbox" else written).update(_merged(written, content))
    file.write_text(json.dumps(written, ensure_ascii=False, default=str), encoding="utf-8")
    for listed in blocks(document, "text"):
        if (head := listed.splitlines()[0]).startswith("# rules/"):
            (desk / "rules" / "lists").mkdir(exist_ok=True)
            (desk / head.removeprefix("# ")).write_text(listed, encoding="utf-8")
    for schedules in blocks(document, "yaml"):
        if schedules.startswith("# rules/schedules.yaml") and target != "rules/schedules.yaml":
            (desk / "rules" / "schedules.yaml").write_text(schedules, encoding="utf-8")
    for other in blocks(document, "yaml"):
        if other.startswith("# config.yaml\nlookups:"):  # rules beside it may ask for their columns
            known = yaml.load(read(desk / "config.yaml"), Loader=yaml.CSafeLoader) | yaml.load(
                other, Loader=yaml.CSafeLoader
            )
            (desk / "config.yaml").write_text(json.dumps(known, ensure_ascii=False, default=str), encoding="utf-8")
    config = load_config(desk / "config.yaml", environ={}, resolve_secrets=False)
    load_rule_book(config.rules, team=config.team, languages=("en",), looked_up=config.columns)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an example adds to a mapping that is there already: it shows a part, and replaces nothing but lists."""
    both = {key for key in new if isinstance(new[key], dict) and isinstance(old.get(key), dict)}
    return {key: old[key] | _merged(old[key], new[key]) if key in both else new[key] for key in new}


@EVERY_DOCUMENT
def test_every_example_of_python_can_be_parsed(document: Path) -> None:
    for block in blocks(document, "python"):
        ast.parse(block)


def test_the_mails_in_the_readme_are_real(tmp_path: Path) -> None:
    complaint, acknowledgement = (text for text in blocks(ROOT / "README.md", "text") if text.startswith("From:"))
    head, _, body = complaint.partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    checked = "mx.acme.example; dmarc=pass header.from=mail.example"
    driver = DeskDriver.open(tmp_path, Database.open(f"sqlite:///{tmp_path}/mailbot.db"))
    driver.arrive(mail(body, message_id="<kate@mail.example>", authentication_results=checked, **headers))
    sent = next(sent for sent in driver.sent() if sent.row.kind == "acknowledgement")
    shown = [f"{name}: {sent.mail[name]}" for name in ("From", "To", "Subject")]
    assert "\n".join([*shown, "", *sent.text.strip().splitlines()]) == acknowledgement.strip()


# Recipes


def test_the_recipe_for_a_language_makes_a_desk_that_speaks_it(desk: Path) -> None:
    (recipe,) = (block for block in blocks(ROOT / "docs" / "recipes.md", "sh") if "templates/fi" in block)
    *copying, check, preview = recipe.splitlines()
    for line in copying:
        subprocess.run(["/bin/sh", "-c", line], cwd=desk, check=True)
    assert "languages: [en, fi, et, " in read(desk / "config.yaml")
    (desk / "config.yaml").write_text(
        re.sub(r"languages: \[en, fi, .*?\]", "languages: [en, fi]", read(desk / "config.yaml"))
    )
    shown = subprocess.run(preview.split(), cwd=desk, check=True, capture_output=True, text=True, executable=MAILBOT)
    assert check == "mailbot check"
    assert "tiistai 10. maaliskuuta 2026" in shown.stdout


def test_the_recipe_for_a_condition_makes_a_rule_match(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _follow_the_field_recipe(monkeypatch)
    (rule,) = (block for block in blocks(ROOT / "docs" / "recipes.md", "yaml") if "exclamation_marks" in block)
    (desk / "rules" / "tone.yaml").write_text(rule, encoding="utf-8")
    config = load_config(desk / "config.yaml", environ={}, resolve_secrets=False)
    book = load_rule_book(config.rules, team=config.team, languages=("en",))
    reading = Reader(book.vocabularies, ("en",)).read(mail("Where is it!!! It is late!"), Hints(default_language="en"))
    received = Received(
        reading=reading,
        sender=correspondent(reading),
        mailbox="support",
        received_at=MONDAY_NOON,
        authenticated=False,
    )
    facts = fields.MAIL.facts(fields.Incoming(mail=received, calendar=config.organisation.calendar))
    assert "loud" in [decision.value for decision in evaluate(book.rules, facts).effective]


def _follow_the_field_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """The field of the recipe, for the time of one test."""
    (recipe,) = (block for block in blocks(ROOT / "docs" / "recipes.md", "python") if "@MAIL.add" in block)
    before = dict(fields.MAIL)
    exec(compile(recipe, "docs/recipes.md", "exec"), vars(fields) | {})
    added = {name: field for name, field in fields.MAIL.items() if name not in before}
    for name, field in added.items():
        del fields.MAIL[name]
        monkeypatch.setitem(fields.MAIL, name, field)


# Tables that are made from the code

_VALUES = (
    (TEAM, "a team"),
    (LANGUAGE, "a language"),
    (SUGGESTION, "a policy"),
    (PERSON, "a name or an address"),
    (ACKNOWLEDGEMENT, "a template or `off`"),
    (DETAIL, "a detail"),
    (RECIPIENT, "`lead`, a team, a name or an address"),
    (PROBLEM, "a problem"),
    (SLA, "an SLA or `off`"),
    (REASON, "text, `true`, `false`"),
    (FLAG, "`true`, `false`"),
    (SUM, "a sum: `50 EUR`"),
    (DATE, "days: `24 Dec`, `1 Dec – 6 Jan`, `2026-12-24`"),
    (TIME, "hours: `22:00 – 06:00`; behind other operators a time: `08:30`"),
    (WEEKDAY, "`mon` to `sun`, or `mon-fri`"),
    (SPAN, "a span: `2 business days`, `12 months`"),
)


def _values(kind: Kind) -> str:
    named = next((words for known, words in _VALUES if kind is known), None)
    listed = ", ".join(f"`{word}`" for word in kind.schema.get("enum", ()))
    return named or listed or ("a whole number" if kind.schema["type"] == "integer" else "text")


def _operators(kind: Kind) -> str:
    return ", ".join(f"`{name}`" for name in (*kind.operators, *(["within"] if kind.within else [])))


def _field_table(known: fields.Fields[Any]) -> str:
    named = [(field.name, field) for field in known.values()]
    named += [(f"{family.name}.…", family.member("…")) for family in known.families.values()]
    rows = [f"| `{name}` | {f.doc} | {_values(f.kind)} | {_operators(f.kind)} |" for name, f in named]
    return "\n".join(["| field | what it is | values | operators |", "|---|---|---|---|", *rows, ""])


def _operator_table() -> str:
    docs = {name: operator.doc for name, operator in OPERATORS.items()} | {"exists": EXISTS, "within": WITHIN}
    rows = [f"| `{name}` | {doc} |" for name, doc in docs.items()]
    return "\n".join(["| operator | what it asks of a field |", "|---|---|", *rows, ""])


def _action_table() -> str:
    rows = [f"| `{a.name}` | {a.doc} | {_values(a.kind)}{'; or several' * a.several} |" for a in ACTIONS.values()]
    return "\n".join(["| action | what it decides | values |", "|---|---|---|", *rows, ""])


def generated(text: str) -> str:
    """The document with its tables as the code has them now."""
    tables = {
        "operators": _operator_table(),
        "fields": _field_table(fields.MAIL),
        "case fields": _field_table(CASE),
        "actions": _action_table(),
    }
    return _TABLE.sub(lambda found: found[1] + tables[found[2]] + found[3], text)


def test_the_tables_of_the_rules_are_those_of_the_code() -> None:
    assert read(RULES) == generated(read(RULES)), "run `python -m tests.test_docs`"
    assert len(_TABLE.findall(read(RULES))) == 4


def test_the_page_about_rules_explains_every_operator_and_every_section_of_the_vocabularies() -> None:
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", read(RULES), re.MULTILINE))))
    sections = {
        name
        for file in (ROOT / "rules" / "vocabulary").iterdir()
        for name in yaml.load(read(file), Loader=yaml.CSafeLoader)
    }
    assert sections | set(OPERATORS) | {"exists"} <= told


if __name__ == "__main__":
    RULES.write_text(generated(read(RULES)), encoding="utf-8")
