"""One cause behind many cases: who sees to it, who is reminded, and what customers hear of its end, each once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.letters import LetterKind
from mailbot.core.problem import Problem
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.store.ledger import LedgerRow
from mailbot.workflows.runtime import Runtime
from tests.desk import ROOT, DeskDriver, Sent, close_own, own_behaviour, write_config
from tests.security.play import COMPLAINT, DMARC_PASS, KATE, MARI, Play

ANA, ANA_ADDRESS, MARI_ADDRESS = "Ana Novak <ana@acme.example>", "ana@acme.example", "mari@acme.example"
TIIT = "Tiit Saar <tiit.saar@post.example>"
KATE_ADDRESS, TIIT_ADDRESS = "kate.bell@mail.example", "tiit.saar@post.example"
ESTONIAN = "Tellimus A-20417 hilines nädala. Palun tagastage mulle kohaletoimetamise tasu 4,90 eurot."
VOUCHED = {"authentication_results": DMARC_PASS}
DAY = timedelta(days=1)
PROBLEMS = """problems:
  late-depot: {what: the depot in Tartu is closed, owner: mari@acme.example, due: 5 business days}
  storm: depots closed in January
  quiet: {what: a wrong price tag, customers: false, check_after: 10 days}
"""


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Iterator[Play]:
    play = opened(tmp_path, database)
    yield play
    play.check_secrets()
    close_own(play.desk.runtime)


def opened(folder: Path, database: Database) -> Play:
    """A desk that knows three problems, and whose case of Kate's is linked to none."""
    rules = folder / "rules"
    rules.mkdir()
    for path in (ROOT / "rules").iterdir():
        if path.is_dir() or path.suffix == ".yaml":
            (rules / path.name).symlink_to(path)
    (rules / "problems.yaml").write_text(PROBLEMS)
    written = write_config(folder)
    written.write_text(written.read_text().replace(f"rules: {ROOT}/rules", "rules: rules"))
    config = load_config(written, environ={})
    play = Play(DeskDriver(Runtime(config, database, own_behaviour(config))))
    play.complain()
    return play


def notification(play: Play, case: int, to: str = MARI_ADDRESS) -> Sent:
    number = play.desk.cases()[case].number
    return next(m for m in play.mails(LetterKind.NOTIFICATION, to) if number in str(m.mail["Subject"]))


def agent(play: Play, text: str, *, case: int = 0) -> LedgerRow:
    """Mari answers the notification of a case."""
    return play.write(text, by=MARI, **play.thread(notification(play, case)))


def wait(play: Play, span: timedelta) -> list[Sent]:
    play.desk.wait(span)
    play.fresh = play.desk.sent()
    play.sent += play.fresh
    return play.fresh


def days(play: Play, count: int) -> list[tuple[str, str, str]]:
    """What is sent of problems on the next days, by day."""
    found = []
    for _ in range(count):
        for sent in wait(play, DAY):
            if sent.row.kind is LetterKind.PROBLEM:
                found.append((play.desk.now.strftime("%a %d"), sent.row.recipient, title(sent)))
    return found


def title(sent: Sent) -> str:
    return str(sent.mail["Subject"]).partition(" [")[0]


def problem(play: Play, name: str = "late-depot") -> Problem:
    with play.desk.runtime.database.read() as tx:
        return tx.problems.all()[name]


def preview(play: Play, to: str = MARI_ADDRESS) -> Sent:
    return play.mails(LetterKind.PROBLEM, to)[-1]


def approve(play: Play, *, by: str = MARI, text: str = "#approve", **headers: str) -> None:
    address = by.partition("<")[2].rstrip(">")
    play.write(text, by=by, **play.thread(preview(play, address)) | VOUCHED | headers)


def receipt(play: Play, to: str = MARI_ADDRESS) -> str:
    return " ".join(play.mails(LetterKind.RECEIPT, to)[-1].text.split())


def told(play: Play) -> list[str]:
    return [sent.row.recipient for sent in play.mails(LetterKind.IMPROVEMENT)]


def words(sent: Sent) -> str:
    return " ".join(sent.text.split())


# Who sees to it


def test_a_problem_begins_with_its_first_case_and_its_owner_hears_of_it(play: Play) -> None:
    agent(play, "#problem LATE-DEPOT")
    found = problem(play)
    assert (found.owner, found.what) == (MARI_ADDRESS, "the depot in Tartu is closed")
    assert found.due_at == play.desk.now + 7 * DAY
    assert wait(play, timedelta(minutes=1)) == []  # whoever has linked it knows


def test_without_an_owner_in_the_file_it_is_the_leads(play: Play) -> None:
    agent(play, "#problem storm")
    (sent,) = wait(play, timedelta(minutes=1))
    assert (sent.row.kind, sent.row.recipient) == (LetterKind.PROBLEM, ANA_ADDRESS)
    assert title(sent) == "Skupna težava je zdaj vaša"
    assert play.desk.cases()[0].number in sent.text
    assert problem(play, "storm").due_at is None


def test_owners_are_reminded_before_the_day_on_it_and_on_five_business_days_after_it(play: Play) -> None:
    agent(play, "#problem late-depot")
    assert days(play, 21) == [
        ("Fri 06", MARI_ADDRESS, "Probleemi tähtaeg läheneb"),
        ("Mon 09", MARI_ADDRESS, "Probleemi tähtaeg on täna"),
        *((day, MARI_ADDRESS, "Probleemi tähtaeg on möödas") for day in ("Tue 10", "Wed 11", "Thu 12", "Fri 13")),
        ("Mon 16", MARI_ADDRESS, "Probleemi tähtaeg on möödas"),
    ]


def test_after_weeks_without_the_daemon_one_reminder_is_enough(play: Play) -> None:
    agent(play, "#problem late-depot")
    assert [title(sent) for sent in wait(play, 40 * DAY) if sent.row.kind is LetterKind.PROBLEM] == [
        "Probleemi tähtaeg on möödas"
    ]
    assert days(play, 10) == []


def test_a_day_that_is_moved_is_the_only_one_that_counts(play: Play) -> None:
    agent(play, "#problem late-depot\n#due 2026-11-20")
    assert days(play, 19)[:2] == [
        ("Thu 19", MARI_ADDRESS, "Probleemi tähtaeg läheneb"),
        ("Fri 20", MARI_ADDRESS, "Probleemi tähtaeg on täna"),
    ]


def test_a_new_owner_hears_of_it_and_is_the_one_who_is_reminded(play: Play) -> None:
    agent(play, "#problem late-depot\n#owner Jaan")
    assert "Probleemi eest vastutab: Jaan" in receipt(play)
    assert days(play, 7) == [
        ("Tue 03", "jaan@acme.example", "A problem is yours to see to"),
        ("Fri 06", "jaan@acme.example", "A problem is due soon"),
        ("Mon 09", "jaan@acme.example", "A problem is due today"),
    ]


def test_a_plain_reply_to_a_reminder_reaches_no_customer(play: Play) -> None:
    agent(play, "#problem storm")
    wait(play, timedelta(minutes=1))
    play.write("I will ring the depot tomorrow.", by=ANA, **play.thread(preview(play, ANA_ADDRESS)))
    assert play.to_outsiders(play.fresh) == []
    assert play.messages[-1] == "note agent"


def test_only_a_lead_begins_a_problem_that_no_file_names(play: Play) -> None:
    agent(play, "#problem lost-keys the keys of the van are lost")
    assert "seda võib teha ainult juht" in receipt(play)
    agent(play, "#escalate")
    lead = play.thread(notification(play, 0, ANA_ADDRESS))
    play.write("#problem lost-keys the keys of the van are lost", by=ANA, **lead)
    assert problem(play, "lost-keys").what == "the keys of the van are lost"
    assert play.desk.cases()[0].problem == "lost-keys"
    play.complain(by=TIIT, subject="Ootan pakki")
    agent(play, "#problem lost-keys", case=1)
    assert play.desk.cases()[1].problem == "lost-keys"


@pytest.mark.parametrize("command", ["#owner Jaan", "#due friday", "#done"])
def test_a_case_without_a_problem_says_so(play: Play, command: str) -> None:
    agent(play, command)
    assert "selle juhtumiga ei ole seotud ühtegi probleemi" in receipt(play)


# The end of it


def ready(play: Play, text: str = "#done The depot is open again.") -> Sent:
    """Two customers with one problem, which Mari says is solved."""
    play.complain(ESTONIAN, by=TIIT, subject="Ootan pakki")
    agent(play, "#problem late-depot")
    agent(play, "#problem late-depot", case=1)
    agent(play, text)
    wait(play, timedelta(minutes=1))
    return preview(play)


def test_the_owner_sees_word_for_word_what_customers_would_get_and_nothing_goes_out(play: Play) -> None:
    shown = ready(play)
    assert title(shown) == "Kas teatame klientidele?"
    assert "kliente on 2" in words(shown)
    assert "The depot is open again." in shown.text
    assert "Teie teksti ei ole neis keeltes: eesti (et)" in words(shown)
    assert "> Hello,\n>\n> On Monday" in shown.text.replace("\r\n", "\n"), "line by line as well"
    assert told(play) == []
    approve(play)
    wait(play, timedelta(minutes=1))
    for sent in play.mails(LetterKind.IMPROVEMENT):
        for line in filter(None, map(str.strip, sent.text.splitlines())):
            assert line in words(shown), line


def test_once_approved_each_customer_hears_once_in_their_language_and_thread(play: Play) -> None:
    ready(play)
    approve(play)
    wait(play, timedelta(minutes=1))
    assert sorted(told(play)) == [KATE_ADDRESS, TIIT_ADDRESS]
    english, estonian = sorted(play.mails(LetterKind.IMPROVEMENT), key=lambda sent: sent.row.recipient)
    assert "The depot is open again." in english.text
    assert "The depot is open again." not in estonian.text
    assert "oleme selle põhjuse kõrvaldanud" in estonian.text
    assert english.mail["In-Reply-To"] == "<1@sender.example>"
    assert str(english.mail["Subject"]).startswith("Re: Five days for a next-day parcel")
    assert problem(play).state == "told"
    approve(play)
    assert "ei ole midagi kinnitada" in receipt(play)
    wait(play, 3 * DAY)
    assert len(told(play)) == 2


def test_lines_for_each_language_leave_nobody_without_words(play: Play) -> None:
    shown = ready(play, "#done\nen: The depot is open again.\net: Ladu on jälle lahti.\nKa laupäeviti.")
    assert "Teie teksti ei ole" not in words(shown)
    assert play.to_outsiders(play.fresh) == []
    approve(play)
    wait(play, timedelta(minutes=1))
    estonian = play.mails(LetterKind.IMPROVEMENT, TIIT_ADDRESS)[0]
    assert "Ladu on jälle lahti.\n> Ka laupäeviti." in estonian.text.replace("\r\n", "\n")


def test_without_words_customers_get_the_corrective_that_was_recorded(play: Play) -> None:
    agent(play, "#problem late-depot\n#corrective We have hired two more drivers for the depot in Tartu.")
    agent(play, "#done")
    wait(play, timedelta(minutes=1))
    approve(play)
    wait(play, timedelta(minutes=1))
    assert "hired two more drivers" in words(play.mails(LetterKind.IMPROVEMENT, KATE_ADDRESS)[0])


def test_what_is_denied_is_kept_and_can_still_be_approved(play: Play) -> None:
    ready(play)
    approve(play, text="#deny not before Monday")
    assert problem(play).state == "done"
    wait(play, 2 * DAY)
    assert told(play) == []
    approve(play)
    wait(play, timedelta(minutes=1))
    assert len(told(play)) == 2


def test_an_approval_that_nothing_vouches_for_has_to_be_confirmed(play: Play) -> None:
    ready(play)
    approve(play, authentication_results="mx.acme.example; dmarc=fail header.from=acme.example")
    assert play.kinds() == [("challenge", MARI_ADDRESS)]
    wait(play, timedelta(minutes=1))
    assert told(play) == []


def test_only_the_mail_that_shows_it_lets_one_approve_it(play: Play) -> None:
    ready(play)
    play.write("#approve", by=MARI, **play.thread(notification(play, 0)) | VOUCHED)
    assert "Midagi ei tehtud" in receipt(play)
    old = play.thread(preview(play))
    wait(play, timedelta(minutes=5))
    agent(play, "#done The depot has moved.")
    play.write("#approve", by=MARI, **old | VOUCHED)
    assert "on see muutunud" in receipt(play)
    wait(play, timedelta(minutes=1))
    assert told(play) == []


def test_who_is_on_hold_or_prefers_the_phone_hears_nothing_by_mail(play: Play) -> None:
    play.complain(ESTONIAN, by=TIIT, subject="Ootan pakki")
    agent(play, "#problem late-depot\n#channel phone")
    agent(play, "#problem late-depot", case=1)
    agent(play, "#done")
    wait(play, timedelta(minutes=1))
    assert "kliente on 1" in words(preview(play))
    approve(play)
    put_on_hold(play, 1)
    wait(play, timedelta(minutes=1))
    assert told(play) == []
    assert [e["detail"] for e in play.desk.timeline(play.desk.cases()[1]) if e["event"] == "improvement"] == [
        f"not sent to {TIIT_ADDRESS}: on hold: legal"
    ]
    assert problem(play).state == "told"


def put_on_hold(play: Play, number: int) -> None:
    with play.desk.runtime.database.begin() as tx:
        tx.cases.save(replace(play.desk.cases()[number], on_hold="legal"))


def test_mail_to_customers_goes_out_in_business_hours(play: Play) -> None:
    ready(play)
    wait(play, timedelta(hours=8))  # Monday evening
    approve(play)
    assert [s for s in wait(play, timedelta(hours=5)) if s.row.kind is LetterKind.IMPROVEMENT] == []
    wait(play, timedelta(hours=8))
    assert len(told(play)) == 2


def test_over_a_budget_the_rest_is_told_an_hour_later(play: Play) -> None:
    ready(play)
    config = play.desk.runtime.config
    play.desk.runtime.config = replace(config, budgets=replace(config.budgets, per_desk_hour=0))
    approve(play)
    wait(play, timedelta(minutes=1))
    assert told(play) == []
    play.desk.runtime.config = config
    wait(play, timedelta(hours=2))
    assert len(told(play)) == 2


def test_where_customers_need_not_know_nothing_has_to_be_approved(play: Play) -> None:
    agent(play, "#problem quiet")
    agent(play, "#done")
    assert [title(sent) for sent in wait(play, timedelta(minutes=1))] == []
    (check,) = [sent for sent in wait(play, 11 * DAY) if sent.row.kind is LetterKind.PROBLEM]
    assert title(check) == "Je ukrep pomagal?"


# Whether it has helped


def test_owner_and_lead_hear_how_many_complained_before_and_after(play: Play) -> None:
    ready(play)
    wait(play, 2 * DAY)
    play.complain(COMPLAINT.replace("A-10293", "A-10555"), by="Ann Low <ann@mail.example>")
    agent(play, "#problem late-depot", case=2)
    sent = [s for s in wait(play, 29 * DAY) if s.row.kind is LetterKind.PROBLEM]
    assert sorted(s.row.recipient for s in sent) == [ANA_ADDRESS, MARI_ADDRESS]
    text = words(next(s for s in sent if s.row.recipient == MARI_ADDRESS))
    assert "Enne: 2" in text
    assert "Pärast: 1" in text
    assert problem(play).checked_at == play.desk.now
    assert [s for s in wait(play, 40 * DAY) if s.row.kind is LetterKind.PROBLEM] == []


# Each customer once, whatever happens

_PEOPLE = (KATE, TIIT, "Ann Low <ann@mail.example>")
_STEPS = st.one_of(
    st.tuples(st.just("complain"), st.integers(0, 2)),
    st.tuples(st.just("link"), st.integers(0, 5)),
    st.tuples(st.just("merge"), st.tuples(st.integers(0, 5), st.integers(0, 5))),
    st.tuples(st.just("done"), st.integers(0, 5)),
    st.tuples(st.just("approve"), st.just(0)),
    st.tuples(st.just("crash"), st.integers(1, 4)),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 60 * 24, 60 * 24 * 9])),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEPS, min_size=4, max_size=12))
def test_each_customer_hears_once_at_most(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    database = Database.open(f"sqlite:///{folder}/mailbot.db")
    play = opened(folder, database)
    agent(play, "#problem late-depot")
    for what, value in (*steps, ("done", 0), ("wait", 1), ("approve", 0), ("wait", 60 * 24), ("wait", 60 * 24 * 9)):
        _step(play, what, value)
        counted = Counter(told(play))
        assert max(counted.values(), default=0) <= 1, counted
    close_own(play.desk.runtime)


def _step(play: Play, what: str, value: object) -> None:
    cases = play.desk.cases()
    if what == "complain" and isinstance(value, int):
        play.complain(COMPLAINT.replace("A-10293", f"A-{30000 + len(play.sent)}"), by=_PEOPLE[value])
    elif what in ("link", "done") and isinstance(value, int):
        text = "#problem late-depot" if what == "link" else "#done It is open again."
        agent(play, text, case=value % len(cases))
    elif what == "merge" and isinstance(value, tuple):
        one, other = (number % len(cases) for number in value)
        agent(play, f"#merge {cases[other].number}", case=one)
    elif what == "approve" and (shown := play.mails(LetterKind.PROBLEM, MARI_ADDRESS)):
        play.write("#approve", by=MARI, **play.thread(shown[-1]) | VOUCHED)
    elif what == "crash" and isinstance(value, int):
        _crash(play, value)
    elif what == "wait" and isinstance(value, int):
        wait(play, timedelta(minutes=value))


def _crash(play: Play, count: int) -> None:
    """The daemon takes work and dies before it commits anything of it; the lease ends, and the work is there again."""
    with play.desk.runtime.database.begin() as tx:
        tx.due.claim(play.desk.now + timedelta(hours=1), limit=count, lease=timedelta(minutes=5))
