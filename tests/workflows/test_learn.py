"""A desk learns from its members' corrections, and takes nothing that is worse than what it has."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.case import State, TimelineEntry
from mailbot.core.errors import ConfigurationError
from mailbot.core.message import ComplaintType
from mailbot.learning.corpus import Corpus, read_corpus
from mailbot.reading.meaning.classifier import SHIPPED, Classifier
from mailbot.settings.config_file import load_config
from mailbot.store.database import Database
from mailbot.workflows.learn import TooFewError, learn
from mailbot.workflows.reload import Reload
from mailbot.workflows.runtime import Runtime, learnt_file, load_behaviour, model_file
from tests.desk import MONDAY_NOON, ROOT, DeskDriver, mail, write_config

SINCE = MONDAY_NOON - timedelta(days=1)
MEMBER = "ana@acme.example"
# Words that no corpus has: only who corrects the case knows what they mean.
SAID = "The glorbin squifles every {0}, I have had it with the {1} glorbin."
DAYS = ("morning", "noon", "evening", "night", "day", "week", "hour", "month")
COLOURS = ("blue", "red", "green", "grey", "black", "white", "brown", "pink", "old")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskDriver]:
    config = load_config(write_config(tmp_path), environ={})
    database = Database.open(f"sqlite:///{tmp_path}/desk.db")
    with closing(Runtime(config, database, load_behaviour(config))) as runtime:
        yield DeskDriver(runtime)


@pytest.fixture(scope="module")
def small_corpus() -> Corpus:
    """Enough to know other complaints by."""
    names = ("billing", "defective_goods", "non_complaints", "answers")
    files = [ROOT / "corpus/en" / f"{name}_1.yaml" for name in names]
    found = read_corpus(*files)
    return replace(found, mails=found.mails[::8])


def corrected(desk: DeskDriver, kind: ComplaintType, *, times: int) -> None:
    """So many mails about glorbins, each given this type by a member."""
    texts = [SAID.format(day, colour) for day in DAYS for colour in COLOURS][:times]
    for number, text in enumerate(texts):
        desk.now += timedelta(minutes=1)
        row = desk.arrive(mail(text, from_=f"kate{number}@mail.example", to="support@acme.example", subject="glorbin"))
        with desk.runtime.database.begin() as tx:
            case = tx.cases.get(row.case_id or 0)
            assert case is not None
            tx.cases.save(replace(case, type=kind, state=State.RESOLVED))
            tx.cases.record(case.id, [TimelineEntry(event="type", by=MEMBER, at=desk.now, detail=kind.value)])


def test_what_members_corrected_is_learnt_and_used_without_a_restart(desk: DeskDriver, small_corpus: Corpus) -> None:
    corrected(desk, ComplaintType.WRONG_ITEM, times=70)
    watch = Reload(desk.runtime)
    learnt = learn(desk.runtime, small_corpus, since=SINCE)
    assert (learnt.mails, learnt.corrected, learnt.adopted) == (70, 70, True)
    assert learnt.after.type.value > learnt.before.type.value
    assert 5 <= learnt.held_out <= 25
    watch.look(desk.now)
    new = desk.arrive(mail("My glorbin squifles.", from_="joe@mail.example", to="support@acme.example", subject="?"))
    with desk.runtime.database.read() as tx:
        case = tx.cases.get(new.case_id or 0)
    assert case is not None
    assert case.type is ComplaintType.WRONG_ITEM

    first = learnt_file(desk.runtime.config).read_bytes()
    again = learn(desk.runtime, small_corpus, since=SINCE)
    assert not again.adopted, "a model that is no better is not taken"
    assert learnt_file(desk.runtime.config).read_bytes() == first


def test_from_a_few_mails_nothing_is_learnt(desk: DeskDriver, small_corpus: Corpus) -> None:
    corrected(desk, ComplaintType.WRONG_ITEM, times=3)
    with pytest.raises(TooFewError) as few:
        learn(desk.runtime, small_corpus, since=SINCE)
    assert few.value.found == 3
    assert model_file(desk.runtime.config) == SHIPPED


def test_a_file_that_holds_no_model_leaves_the_old_one_in_use(desk: DeskDriver) -> None:
    watch, before = Reload(desk.runtime), desk.runtime.behaviour
    learnt_file(desk.runtime.config).parent.mkdir(parents=True, exist_ok=True)
    learnt_file(desk.runtime.config).write_bytes(b"no model")
    watch.look(desk.now)
    assert desk.runtime.behaviour is before


def test_a_corpus_that_leaves_a_question_open_makes_no_model(desk: DeskDriver, small_corpus: Corpus) -> None:
    corrected(desk, ComplaintType.WRONG_ITEM, times=50)
    with pytest.raises(ConfigurationError, match="answers: sentiment, wants_reopen"):
        learn(desk.runtime, replace(small_corpus, answers=()), since=SINCE)
    assert model_file(desk.runtime.config) == SHIPPED


def test_a_model_that_does_not_answer_every_question_is_refused(tmp_path: Path) -> None:
    part = tmp_path / "part.npz"
    whole = Classifier.load(SHIPPED).model
    replace(whole, columns=("is_complaint", *whole.columns[1:-5], *"vwxyz")).save(part)
    with pytest.raises(ConfigurationError, match=r"does not answer language\.en, .*run `mailbot learn`"):
        Classifier.load(part)
