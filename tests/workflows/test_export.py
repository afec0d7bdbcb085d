"""What leaves with an export: all of a case for an ombudsman, what is theirs for a customer, and a proof for both."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.core.letters import LetterKind
from mailbot.mail.bundle import readme, who_wrote
from mailbot.store.database import Database
from mailbot.workflows.export import export_case, export_customer
from mailbot.workflows.forget import Privacy, forget
from tests.desk import LANGUAGES, DeskDriver
from tests.security.play import Play
from tests.workflows.everything import as_text
from tests.workflows.test_forget import BOB, KATE, KATE_ADDRESS

_TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")


@pytest.fixture
def play(tmp_path: Path, database: Database) -> Play:
    """Kate's case has a file, a note, an answer and an offer; Bob is a stranger in it, and has a case of his own."""
    play = Play(DeskDriver.open(tmp_path, database))
    play.arrive(_late())
    play.answer("#note\n\nShe is <b>difficult</b>.")
    play.answer("#offer refund 9.90 EUR\n\nDear Kate, I am sorry about that.")
    play.write("I am her neighbour Bob.", by=BOB, **play.thread(play.mails(LetterKind.ANSWER)[-1]))
    play.complain("The scooter came without wheels.", by=BOB, subject="Wheels")
    return play


def _late() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = KATE, "support@acme.example", "Parcel too late"
    mail["Message-ID"] = "<late@sender.example>"
    mail.set_content("My order A-10293 came five days late. Kätlin had waited for the tricycle.", cte="base64")
    mail.add_attachment("tricycle of Kätlin ".encode() * 50, maintype="image", subtype="png", filename="tricycle.png")
    return mail.as_bytes()


def _whole(play: Play) -> bytes:
    with play.desk.runtime.database.read() as tx:
        return export_case(tx, play.desk.runtime.config, play.desk.cases()[0])


def _hers(play: Play) -> bytes:
    with play.desk.runtime.database.read() as tx:
        found = export_customer(tx, play.desk.runtime.config, KATE_ADDRESS)
    assert found is not None
    return found


def _files(archive: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _text(files: Mapping[str, bytes]) -> str:
    import zlib

    return "\n".join(as_text(zlib.compress(content)) for content in files.values())


def _checked(chain: Mapping[str, object]) -> list[int]:
    """By README.txt alone: the numbers of the entries that do not fit; -1 for the end."""
    links, previous, wrong = list(chain["links"]), "0" * 64, []  # type: ignore[call-overload]
    for number, entry in enumerate(links, 1):
        hashed = entry["payload"] is None or (
            hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["payload"].encode("utf-8")).hexdigest()
            == entry["payload_hash"]
        )
        lines = "\n".join([previous, entry["payload_hash"], entry["facts"]])
        if not hashed or hashlib.sha256(lines.encode("utf-8")).hexdigest() != entry["chain_hash"]:
            wrong.append(number)
        previous = entry["chain_hash"]
    return wrong + ([-1] if (len(links), previous) != (chain["length"], chain["head"]) else [])


def test_the_chain_of_an_archive_is_checked_by_its_own_description(play: Play) -> None:
    for archive in (_whole(play), _hers(play)):
        files = _files(archive)
        (chain,) = (json.loads(content) for name, content in files.items() if name.endswith("chain.json"))
        assert _checked(chain) == []
        for link in chain["links"]:
            link["facts"] = link["facts"].replace("opened", "closed")
        assert _checked(chain) != []
        assert b'"payload_hash"' in files["README.txt"]


def test_an_ombudsman_gets_all_of_the_case(play: Play) -> None:
    files = _files(_whole(play))
    text = _text(files)
    number = play.number
    assert {f"{number}/{name}" for name in ("timeline.json", "timeline.html", "decisions.json", "offers.csv")} <= {
        *files
    }
    assert "difficult" in text
    assert "neighbour" in text
    assert "9.90" in files[f"{number}/offers.csv"].decode()
    assert b"tricycle of K" in next(c for name, c in files.items() if "attachments/" in name)
    assert "scooter" not in text


def test_a_customer_gets_what_is_theirs_and_no_more(play: Play) -> None:
    files = _files(_hers(play))
    text = _text(files)
    assert "i am sorry about that" in text
    assert "had waited for the tricycle" in text
    assert "9.90" in files[f"{play.number}/offers.csv"].decode()
    for secret in ("difficult", "neighbour", "bob@", "scooter", "mari@", "ana@", "mari.tamm@"):
        assert secret not in text, secret


def test_no_archive_holds_a_token(play: Play) -> None:
    inside = {found for sent in play.sent for found in _TOKEN.findall(_text({"": sent.raw}))}
    assert inside
    with play.desk.runtime.database.read() as tx:
        known = {token for token in inside if tx.people.bearer(token) or tx.cases.by_token(token)}
    for archive in (_whole(play), _hers(play)):
        text = _text(_files(archive))
        assert [token for token in known if token in text] == []


def test_markup_is_shown_and_never_done(play: Play) -> None:
    page = _files(_whole(play))[f"{play.number}/timeline.html"].decode()
    assert "&lt;b&gt;difficult" in page
    assert "<b>difficult" not in page


def test_the_same_state_makes_the_same_bytes(play: Play) -> None:
    assert (_whole(play), _hers(play)) == (_whole(play), _hers(play))


def test_a_customer_reads_all_that_was_written_to_them_and_when(play: Play) -> None:
    page = _files(_hers(play))[f"{play.number}/timeline.html"].decode()
    assert page.count("You wrote") == 1
    assert page.count("We wrote") == 2
    assert page.index("had waited") < page.index("Thank you for") < page.index("I am sorry about that")
    assert "Monday, 2 November 2026" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wrote_is_said_in_their_language(language: str) -> None:
    words = who_wrote(language)
    assert words.keys() == {"customer", "desk"}
    assert language == "en" or not set(words.values()) & set(who_wrote("en").values())
    assert who_wrote("fi") == who_wrote("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_to_the_reader_are_in_their_language(language: str) -> None:
    text = readme(language, "Acme Parcels")
    assert "Acme Parcels" in text
    assert all(word in text for word in ("chain.json", "SHA-256", '"payload_hash"', '"facts"', '"head"', '"length"'))
    assert language == "en" or text != readme("en", "Acme Parcels")


def test_after_erasure_the_chain_is_still_proved(play: Play) -> None:
    list(forget(play.desk.runtime.database, Privacy(), KATE_ADDRESS, play.desk.now))
    files = _files(_whole(play))
    assert _checked(json.loads(files[f"{play.number}/chain.json"])) == []
    assert "kätlin" not in _text(files)
