"""`mailbot inspect`: one object a file and in order, whatever the files hold, with no configuration at all."""

import os
import random
from base64 import encodebytes
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Mailbot
from tests.desk import mail

FIELDS = [
    "file", "outcome", "problems", "message_id", "date", "from", "reply_to", "to", "cc", "references", "subject",
    "text", "html", "reply_text", "forwarded", "attachments", "spans",
    "kind", "kind_reason", "bounce", "language", "assessment", "survey",
    "commands", "rules", "decisions",
]  # fmt: skip
ASSESSMENT = [
    "is_complaint", "type", "demanded_remedy", "order_number", "amount", "currency", "severity", "threat", "safety",
    "repeat", "evidence",
]  # fmt: skip
COMPLAINT = mail(
    "My parcel A-10293 is five days late. I want a refund of 12.50 EUR.",
    from_="Kate <kate@mail.example>",
    to="support@acme.example",
    subject="Late",
    date="Mon, 2 Nov 2026 10:00:00 +0200",
    message_id="<c@mail.example>",
    in_reply_to="<b@mail.example>",
    references="<a@mail.example> <b@mail.example>",
)
BOUNCE = b"""\
From: MAILER-DAEMON@mx.example
To: support@acme.example
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; kate@mail.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <ours@acme.example>
Subject: Re: Late

--b--
"""


def photos(megabytes: int) -> bytes:
    """A complaint with an attachment that makes the whole mail this large."""
    content = encodebytes(random.Random(1).randbytes(megabytes * 740_000))
    head = b"From: a@mail.example\nSubject: Broken\nContent-Type: multipart/mixed; boundary=b\n\n"
    text = b"--b\nContent-Type: text/plain\n\nMy lamp is broken.\n"
    part = b"--b\nContent-Type: image/jpeg; name=lamp.jpg\nContent-Transfer-Encoding: base64\n\n"
    return head + text + part + content + b"\n--b--\n"


REPLY = mail(
    "It came broken.\n\nOn Mon, 2 Nov 2026 at 10:00, Acme Support <support@acme.example> wrote:\n> It was sent.\n",
    from_="Kate <kate@mail.example>",
    to="support@acme.example",
    subject="Re: Late",
)


ODD = {
    "empty.eml": b"",
    "noise.eml": random.Random(1).randbytes(5_000),
    "zeros.eml": bytes(5_000),
    "header.eml": b"From: a",
    "surrogates.eml": b"From: =?utf-7?q?+2AA-?= <a@mail.example>\nContent-Type: text/html\n\n<p>&#xD800;</p>\n",
    "photos.eml": photos(40),
    "two\nlines.eml": COMPLAINT,
    "complaint.eml": COMPLAINT,
}


@pytest.fixture
def odd_files(here: Path) -> list[str]:
    for name, content in ODD.items():
        (here / name).write_bytes(content)
    return list(ODD)


def test_every_file_has_one_object_with_every_field_in_order(odd_files: list[str], mailbot: Mailbot) -> None:
    answer = mailbot("inspect", "--json", *odd_files)
    assert (answer.code, answer.err) == (0, "")
    assert [found["file"] for found in answer.lines] == odd_files
    for found in answer.lines:
        assert (list(found), list(found["assessment"])) == (FIELDS, ASSESSMENT)
    outcomes = {found["file"]: found["outcome"] for found in answer.lines}
    assert {name for name, outcome in outcomes.items() if outcome != "parsed"} == {"empty.eml"}
    [attachment] = answer.lines[odd_files.index("photos.eml")]["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("lamp.jpg", 40 * 740_000)


@pytest.fixture
def small_files(small_desk: Path) -> list[str]:
    files = {
        "complaint.eml": COMPLAINT,
        "bounce.eml": BOUNCE,
        "commands.eml": mail("#resolve\n#frobnicate 20\n\nDone.", from_="mari@acme.example", subject="Re: Late"),
        "verdict.eml": mail("5", from_="kate@mail.example", subject="Re: Late"),
    }
    for name, content in files.items():
        (small_desk / name).write_bytes(content)
    return list(files)


def shown(answer: Answer, file: str) -> dict:
    assert answer.code == 0
    return next(found for found in answer.lines if found["file"] == file)


def test_a_mail_is_read_as_whose_it_is_said_to_be(small_files: list[str], mailbot: Mailbot) -> None:
    as_agent = mailbot("inspect", "--json", "--as", "agent", *small_files)
    assert shown(as_agent, "commands.eml")["commands"] == [
        {"name": "resolve", "arguments": [], "error": None},
        {"name": "frobnicate", "arguments": ["20"], "error": "unknown_command"},
    ]
    assert shown(as_agent, "verdict.eml")["survey"] is None
    as_survey = mailbot("inspect", "--json", "--as", "survey", *small_files)
    assert shown(as_survey, "verdict.eml")["survey"] == {"rating": 5, "sentiment": "satisfied", "wants_reopen": False}
    assert shown(as_survey, "commands.eml")["commands"] == []


def test_a_customers_mail_comes_with_what_the_rules_make_of_it(small_files: list[str], mailbot: Mailbot) -> None:
    answer = mailbot("inspect", "--json", *small_files)
    found = shown(answer, "complaint.eml")
    assert (found["from"], found["to"]) == (
        {"name": "Kate", "address": "kate@mail.example"},
        [{"name": "", "address": "support@acme.example"}],
    )
    assert (found["message_id"], found["date"]) == ("c@mail.example", "2026-11-02T08:00:00+00:00")
    assert found["references"] == ["a@mail.example", "b@mail.example"]
    said = found["assessment"]
    assert [said[name] for name in ("type", "order_number", "amount", "currency")] == [
        "late_delivery",
        "A-10293",
        "12.50",
        "EUR",
    ]
    assert {"action": "assign_team", "value": "logistics"}.items() <= found["decisions"][0].items()
    assert list(found["rules"][0]) == ["rule", "file", "line", "matched", "because", "shadow"]
    assert (found["kind"], found["survey"], found["commands"]) == ("human", None, [])
    assert shown(answer, "bounce.eml")["bounce"] == {
        "recipients": [{"address": "kate@mail.example", "action": "failed", "status": "5.1.1", "permanent": True}],
        "original_message_id": "ours@acme.example",
    }


def test_what_cannot_be_read_is_named_and_the_others_are_read(small_files: list[str], mailbot: Mailbot) -> None:
    Path("folder").mkdir()
    answer = mailbot("inspect", "--json", "complaint.eml", "folder", "nowhere.eml", "verdict.eml")
    assert (answer.code, answer.err) == (2, "folder: Is a directory\nnowhere.eml: No such file or directory\n")
    assert [(found["outcome"], list(found) == FIELDS) for found in answer.lines] == [
        ("parsed", True),
        ("quarantined", True),
        ("quarantined", True),
        ("parsed", True),
    ]
    assert answer.lines[1]["problems"] == ["cannot be read: Is a directory"]


def test_hundreds_of_files_are_one_call(small_files: list[str], mailbot: Mailbot) -> None:
    names = []
    for number in range(300):
        names.append(f"{number}.eml")
        Path(names[-1]).write_bytes(COMPLAINT.replace(b"A-10293", b"A-%d" % (20_000 + number)))
    answer = mailbot("inspect", "--json", *names)
    assert [found["assessment"]["order_number"] for found in answer.lines] == [f"A-{n}" for n in range(20_000, 20_300)]


def test_a_file_name_that_is_no_text_leaves_json_that_is(small_files: list[str], mailbot: Mailbot) -> None:
    Path(os.fsdecode(b"caf\xe9.eml")).write_bytes(COMPLAINT)
    answer = mailbot("inspect", "--json", os.fsdecode(b"caf\xe9.eml"))
    assert answer.json["file"] == "caf\udce9.eml"


def test_for_people_no_escape_sequence_gets_through(small_files: list[str], mailbot: Mailbot) -> None:
    Path("evil.eml").write_bytes(mail("\x1b[2J late", from_="a@mail.example", subject="hi\x1b]0;owned\x07"))
    answer = mailbot("inspect", "evil.eml", "complaint.eml")
    assert answer.code == 0
    assert "\x1b" not in answer.out
    assert "late_delivery" in answer.out


def test_a_configuration_that_is_named_must_be_there(here: Path, mailbot: Mailbot) -> None:
    (here / "a.eml").write_bytes(COMPLAINT)
    answer = mailbot("inspect", "--json", "--config", "nowhere.yaml", "a.eml")
    assert (answer.code, answer.out, answer.err.partition(":")[0]) == (2, "", "nowhere.yaml")


def test_what_is_folded_can_be_unfolded(mailbot: Mailbot, here: Path) -> None:
    (here / "reply.eml").write_bytes(REPLY)
    found = shown(mailbot("inspect", "reply.eml", "--json"), "reply.eml")
    parts = [(span["kind"], found["text"][span["start"] : span["end"]]) for span in found["spans"]]
    assert "".join(text for _, text in parts) == found["text"]
    assert [(kind, text.strip().partition("\n")[0][:16]) for kind, text in parts] == [
        ("new", "It came broken."),
        ("quoted", "On Mon, 2 Nov 20"),
    ]
    assert "2 lines quoted" in mailbot("inspect", "reply.eml").out
