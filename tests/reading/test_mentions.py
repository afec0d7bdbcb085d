"""Words that a rule names, found in whatever form a mail has them."""

from dataclasses import replace

import pytest

from mailbot.reading.mentions import Mentions, mentions_of
from tests.rules.mails import reading


@pytest.mark.parametrize(
    ("language", "phrase", "text", "found"),
    [
        ("en", "dog bite", "The dog of your courier bites!", None),
        ("en", "dog bite", "Your dog really bites!", "dog really bites"),
        ("en", "refund", "I was never refunded.", "refunded"),
        ("en", "=bill", "two bills", None),
        ("en", "reimburs*", "No REIMBURSEMENT yet", "REIMBURSEMENT"),
        ("et", "advokaat", "Pöördun advokaadi poole", "advokaadi"),
        ("et", "ravim", "Minu ravimeid pole", "ravimeid"),
        ("et", "leping", "vastavalt lepingule", "lepingule"),
        ("et", "kaebus", "esitan kaebuse", "kaebuse"),
        ("et", "pakk", "paki asemel", "paki"),
        ("et", "arve", "arvega on viga", "arvega"),
        ("et", "kuller", "kulleri käitumine", "kulleri"),
        ("et", "isa", "isu on hea", None),
        ("sl", "odvetnik", "Pisal bom odvetniku.", "odvetniku"),
        ("sl", "pogodba", "po pogodbi", "pogodbi"),
        ("ru", "юрист", "Обращусь к юристам", "юристам"),
        ("ru", "доставка", "о доставке", "доставке"),
        ("fa", "وکیل", "با وکیلم صحبت می‌کنم", "وکیلم"),
    ],
)
def test_a_phrase_is_found_in_its_forms_and_named_as_it_was_written(
    language: str, phrase: str, text: str, found: str | None
) -> None:
    assert Mentions(text, (language,)).find(phrase) == found
    assert not found or phrase in Mentions(text, (language,)).among(frozenset({phrase, "absent"}))


def test_subject_and_new_text_are_looked_at_and_nothing_else() -> None:
    mail = reading(message={"subject": "My lawyer", "text": "> the court\n\nNew text"})
    words = mentions_of(replace(mail, language="en"), ("en", "et"))
    assert [words.find(phrase) for phrase in ("lawyers", "text", "court")] == ["lawyer", "text", None]


def test_a_mail_that_only_passes_on_another_mentions_what_that_one_says() -> None:
    mail = replace(reading(message={"text": "the court"}), reply_text="", language="en")
    assert mentions_of(mail, ("en",)).find("courts") == "court"


def test_where_the_language_is_not_certain_the_stems_of_all_count() -> None:
    mail = replace(reading(), reply_text="юристам, advokaadile", language="en")
    sure, unsure = (mentions_of(replace(mail, language_certain=sure), ("en", "et", "ru")) for sure in (True, False))
    assert [words.find("юрист") for words in (sure, unsure)] == [None, "юристам"]
    assert unsure.find("advokaat") == "advokaadile"
    foreign = mentions_of(replace(mail, language="pl"), ("en", "ru"))
    assert foreign.find("юрист") == "юристам"


def test_a_mail_of_megabytes_costs_no_more_than_its_beginning() -> None:
    mail = replace(reading(), reply_text="word " * 1_000_000 + "court", language="en")
    assert mentions_of(mail, ("en",)).find("court") is None
