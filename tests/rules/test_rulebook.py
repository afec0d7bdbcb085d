"""A folder of rules: what it becomes, and what is said about each mistake in it."""

from datetime import date, time
from pathlib import Path
from time import process_time

import pytest

from mailbot.core.errors import ConfigurationError
from mailbot.core.money import Money
from mailbot.core.rules.engine import consider, evaluate
from mailbot.core.team import Member, Role, Team
from mailbot.reading.mentions import Mentions
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
        file = folder / "rules" / (name if "." in name else f"{name}.yaml")
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
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
    assert str(book.policies["lost-parcel"].ordered[0].kind) == "refund"


def test_the_shipped_rules_put_danger_first() -> None:
    book = load_rule_book(SHIPPED, team=TEAM, languages=("en",))
    facts = {"type": "defective_goods", "safety": True, "threat": "legal", "is_complaint": True}
    decided = {d.action: d.value for d in evaluate(book.rules, facts).effective if d.action not in ("tag", "ask_for")}
    assert decided == {"assign_team": "quality", "priority": "urgent", "suggest": "defective-goods", "notify": "lead"}


@pytest.mark.parametrize(
    ("when", "facts", "matched"),
    [
        ("{mentions: [refund, money back]}", {"mentions": Mentions("I want my money right back", ("en",))}, True),
        ("{not: {mentions: refund}}", {"mentions": Mentions("late", ("en",))}, True),
        ("{not: {mentions: refund}}", {}, False),
        ("{date: 1 Dec – 6 Jan}", {"date": date(2026, 12, 24)}, True),
        ("{date: [24 Dec, 31 Dec]}", {"date": date(2026, 12, 31)}, True),
        ("{date: {ge: 2026-12-24, lt: 2026-12-26}}", {"date": date(2026, 12, 26)}, False),
        ("{time: {between: 22:00 – 06:00}}", {"time": time(23, 15)}, True),
        ("{not: {time: 22:00 – 06:00}}", {"time": time(12, 0)}, True),
        ("{not: {time: 22:00 – 06:00}}", {}, False),
        ("{weekday: [sat, sun]}", {"weekday": "sun"}, True),
        ("{weekday: mon-fri}", {"weekday": "sun"}, False),
        ("{amount: {between: 50 – 200 EUR}}", {"amount": Money.parse("200 EUR")}, True),
        ("{not: {amount: {between: 50 – 200 EUR}}}", {"amount": Money.parse("60 USD")}, False),
        ("{header.x-spam-score: {ge: 5}}", {"header.x-spam-score": ("5.1 (spam)",)}, True),
        ("{not: {header.x-spam-score: {ge: 5}}}", {"header.x-spam-score": ("many",)}, False),
        ("{customer.cases: {exists: true}}", {"customer.cases": 0}, True),
    ],
)
def test_a_condition_about_words_moments_and_headers_means_what_it_says(
    tmp_path: Path, when: str, facts: dict, matched: bool
) -> None:
    book = load(tmp_path, routing=routing(f"when: {when}", "then: {tag: x}"))
    assert evaluate(book.rules, facts).rules[0].matched is matched
    assert bool(consider(book.index, facts).rules) is matched


def test_a_list_and_a_schedule_belong_to_the_book(tmp_path: Path) -> None:
    files = {
        "routing": routing("when: {sender_domain: {in: lists/partners.txt}, schedule: christmas}", "then: {tag: x}"),
        "schedules": "schedules: {christmas: {date: 1 Dec – 6 Jan}}\n",
    }
    first = load(tmp_path / "a", **files, **{"lists/partners.txt": "partner.example\n"})
    other = load(tmp_path / "b", **files, **{"lists/partners.txt": "partners.example\n"})
    assert first.files["lists/partners.txt"] == "partner.example\n"
    assert "schedules.yaml" in first.files
    assert first.version != other.version
    facts = {"sender_domain": "Partner.example", "date": date(2026, 12, 24)}
    (rule,) = evaluate(first.rules, facts).rules
    assert rule.because == (
        "sender_domain is Partner.example, in lists/partners.txt",
        "schedule christmas: date is 2026-12-24, within 1 Dec – 6 Jan",
    )


def test_a_list_that_is_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "l.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ConfigurationError, match="not a link to one elsewhere"):
        load(tmp_path, routing=routing("when: {sender: {in: l.txt}}", "then: {tag: x}"))


def test_a_rule_that_asks_for_the_event_anywhere_is_for_later_mails_too(tmp_path: Path) -> None:
    when = ("{type: billing}", "{any: [{type: billing}, {not: {event: reply}}]}")
    books = [load(tmp_path / f"{n}", routing=routing(f"when: {w}", "then: {tag: x}")) for n, w in enumerate(when)]
    assert [book.rules[0].later for book in books] == [False, True]


def test_a_shadow_is_written_in_the_rule(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, routing=routing("then: {tag: x}", "shadow: true")).rules
    assert rule.shadow


def test_more_rules_than_anybody_writes_are_refused_at_the_first_too_many(tmp_path: Path) -> None:
    halves = {
        half: "rules:\n" + "".join(f"  - {{rule: {half}{n}, then: {{tag: x}}}}\n" for n in range(5001)) for half in "ab"
    }
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, **halves)
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line) == ("b.yaml", 5001)
    assert problem.message.startswith("more than 10000 rules")


def test_expressions_that_would_explode_stay_linear(tmp_path: Path) -> None:
    sources = ", ".join(f"'(x{{500}}{n})*y'" for n in range(200))
    book = load(tmp_path, routing=routing(f"when: {{text: {{matches: [{sources}]}}}}", "then: {tag: x}"))
    started = process_time()
    assert not evaluate(book.rules, {"text": "x" * 20_000}).effective
    assert process_time() - started < 5
