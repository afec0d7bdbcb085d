"""A folder of rules: what it becomes, and what is said about each mistake in it."""

from pathlib import Path

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.core.rules.engine import evaluate
from mailbot.core.team import Member, Role, Team
from mailbot.settings.rulebook import RuleBook, load_rule_book
from mailbot.yaml_file import read_yaml

TEAM = Team(
    (
        Member(name="Mari Tamm", address="mari@acme.example", role=Role.AGENT, teams=("logistics",)),
        Member(name="Ana Novak", address="ana@acme.example", role=Role.LEAD, teams=("logistics", "quality")),
        Member(name="Ana Kask", address="kask@acme.example", role=Role.AGENT, teams=("quality",)),
    )
)
CASES = read_yaml(Path(__file__).parent / "mistakes.yaml").data["cases"]
SHIPPED = Path(__file__).parents[2] / "rules"


def load(folder: Path, **files: str) -> RuleBook:
    (folder / "rules" / "vocabulary").mkdir(parents=True, exist_ok=True)
    contents = {
        "vocabulary/en": "complaint: [broken]\n",
        "compensation": "policies: {late: {remedies: [{remedy: apology}]}}\n",
    }
    for name, content in (contents | files).items():
        (folder / "rules" / (name if "." in name else f"{name}.yaml")).write_text(content)
    return load_rule_book(folder / "rules", team=TEAM, languages=("en",))


def routing(*lines: str) -> str:
    return "rules:\n  - rule: r\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"][0])
def test_each_mistake_is_named_with_its_place(case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, **case["files"])
    assert [str(problem) for problem in caught.value.problems] == [f"rules/{said}" for said in case["says"]]


def test_a_rule_knows_where_it_stands(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, routing=routing("then: {assign_team: logistics}")).rules
    assert (rule.name, rule.file, rule.line, rule.then) == (
        "r",
        "rules/routing.yaml",
        2,
        (("assign_team", "logistics"),),
    )


@pytest.mark.parametrize("written", ["Mari Tamm", "mari", "mari@acme.example", "Novak"])
def test_a_member_may_be_named_in_any_way_that_means_one(tmp_path: Path, written: str) -> None:
    (rule,) = load(tmp_path, routing=routing(f"then: {{assign_agent: {written}}}")).rules
    assert rule.then[0][1] in {"mari@acme.example", "ana@acme.example"}


@pytest.mark.parametrize(
    ("when", "facts", "matched"),
    [
        ("{}", {}, True),
        ("{type: billing}", {"type": "billing"}, True),
        ("{type: [billing, other]}", {"type": "other"}, True),
        ("{type: billing, safety: true}", {"type": "billing", "safety": False}, False),
        ("{not: {type: [billing]}}", {"type": "other"}, True),
        ("{not: {type: [billing]}}", {}, False),
        ("{any: [{type: billing}, {safety: true}]}", {"type": "other", "safety": True}, True),
        ("{all: [{type: billing}, {not: {safety: true}}]}", {"type": "billing", "safety": False}, True),
        ("{customer.cases: {ge: 2, lt: 5}}", {"customer.cases": 4}, True),
        ("{customer.cases: {ge: 2, lt: 5}}", {"customer.cases": 5}, False),
        ("{subject: Parcel}", {"subject": "my parcels"}, True),
        ("{subject: {is: parcel}}", {"subject": "my parcels"}, False),
        ("{text: {matches: 'A-\\d+'}}", {"text": "order a-123"}, True),
        ("{order_number: {exists: false}}", {}, True),
        ("{sender_domain: Shop.example}", {"sender_domain": "shop.example"}, True),
    ],
)
def test_a_written_condition_means_what_it_says(tmp_path: Path, when: str, facts: dict, matched: bool) -> None:
    book = load(tmp_path, routing=routing(f"when: {when}", "then: {tag: x}"))
    assert evaluate(book.rules, facts).rules[0].matched is matched


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = {name: f"rules: [{{rule: {name}, then: {{tag: x}}}}]\n" for name in ("20-late", "10-early")}
    assert [rule.name for rule in load(tmp_path, **files).rules] == ["10-early", "20-late"]


def test_the_version_is_that_of_the_content(tmp_path: Path) -> None:
    first, same, other = (
        load(tmp_path / "a", routing=routing("then: {tag: x}")),
        load(tmp_path / "b", routing=routing("then: {tag: x}")),
        load(tmp_path / "c", routing=routing("then: {tag: y}")),
    )
    assert first.version == same.version != other.version
    assert len(first.version) == 12
    assert list(first.files) == ["compensation.yaml", "routing.yaml", "vocabulary/en.yaml"]


def test_without_follow_up_and_compensation_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "en.yaml").write_text("complaint: [broken]\n")
    book = load_rule_book(tmp_path, team=TEAM, languages=("en",))
    assert (book.rules, book.policies, book.problems, book.follow_up.steps) == ((), {}, {}, ())


def test_a_follow_up_without_exceptions_is_for_everybody(tmp_path: Path) -> None:
    (step,) = load(tmp_path, follow_up="follow_up: [{after: 3 business days}]\n").follow_up.steps
    assert (str(step.after), step.unless.check({}).truth) == ("3 business days", False)


def test_the_shipped_rules_are_valid_and_propose_what_they_name() -> None:
    book = load_rule_book(SHIPPED, team=TEAM, languages=("en", "et", "sl", "ru", "fa"))
    facts = {"type": "late_delivery", "is_complaint": True, "safety": False, "threat": "none", "customer.cases": 0}
    decided = {d.action: d.value for d in evaluate(book.rules, facts).effective}
    assert decided == {"assign_team": "logistics", "suggest": "late-parcel", "ask_for": "order_number"}
    assert [str(option.kind) for option in book.policies["lost-parcel"].ordered][0] == "refund"


def test_the_shipped_rules_put_danger_first() -> None:
    book = load_rule_book(SHIPPED, team=TEAM, languages=("en",))
    facts = {"type": "defective_goods", "safety": True, "threat": "legal", "is_complaint": True}
    decided = {d.action: d.value for d in evaluate(book.rules, facts).effective if d.action not in ("tag", "ask_for")}
    assert decided == {"assign_team": "quality", "priority": "urgent", "suggest": "defective-goods", "notify": "lead"}
