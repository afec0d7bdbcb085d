"""Files of customers: what could run reaches no agent under its own name, and archives stay shut."""

import io
import time
import tracemalloc
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mailbot.core.letters import LetterKind
from mailbot.core.message import Attachment, Executables
from mailbot.mail.passed_on import is_executable, passed_on
from mailbot.reading.mime.parse import dissect
from tests.desk import Sent
from tests.security.play import COMPLAINT, Play

RUNS = [
    "setup.exe", "SETUP.EXE", "photo.jpg.exe", "photo.jpg .scr", "invoice.pdf.js", "invoice.pdf.lnk", "a.bat", "a.cmd",
    "a.ps1", "a.vbs", "a.hta", "a.msi", "a.jar", "a.iso", "a.html", "a.HTM", "a.svg", "a.mht", "a.docm", "a.xlsm",
    "a.pptm", "a.xlam", "a.one", "a.reg", "a.url", "a.chm", "a.settingcontent-ms", "exe.exe", "a.exe.",
    "a.exe:stream", "a\u202egpj.exe", "folder/a.exe", "C:\\x\\a.com", "a.apk", "a.command", "a.desktop", "a.xll",
]  # fmt: skip
RESTS = [
    "photo.jpg", "scan.pdf", "letter.docx", "table.xlsx", "slides.pptx", "mail.eml", "files.zip", "files.7z",
    "notes.txt", "data.csv", "voice.m4a", "film.mp4", "exe", "no-extension", "exe.pdf", "v1.2", "фото.jpg", "عکس.png",
]  # fmt: skip
BODY = b"MZ\x90\x00 not really a program"


def file(name: str, content_type: str = "application/octet-stream") -> Attachment:
    return Attachment(name, content_type, len(BODY), "", inline=False, content=BODY)


def complain_with(play: Play, *files: tuple[str, str, bytes]) -> Sent:
    """A complaint with these files, and what Mari gets of it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Eve Moss <eve@evil.example>", "support@acme.example", "Late parcel"
    mail["Message-ID"] = "<files@evil.example>"
    mail.set_content(COMPLAINT)
    for name, content_type, content in files:
        main, _, sub = content_type.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    play.arrive(mail.as_bytes())
    return next(
        m for m in play.fresh if (m.row.kind, m.row.recipient) == (LetterKind.NOTIFICATION, "mari@acme.example")
    )


def under(play: Play, policy: Executables) -> None:
    play.desk.runtime.config = replace(play.desk.runtime.config, executables=policy)


def files_of(sent: Sent) -> list[tuple[str | None, str]]:
    return [(part.get_filename(), part.get_content_type()) for part in sent.mail.iter_attachments()]


@pytest.mark.parametrize("name", RUNS)
def test_what_runs_when_it_is_opened_is_known_by_its_name(name: str) -> None:
    assert is_executable(file(name))
    ((renamed,), left_out) = passed_on([file(name)], "rename")
    assert left_out == ()
    assert renamed.filename.endswith(".blocked")
    assert (renamed.content_type, renamed.content) == ("application/octet-stream", BODY)


@pytest.mark.parametrize("name", RESTS)
def test_what_only_lies_there_keeps_its_name(name: str) -> None:
    assert passed_on([file(name)], "rename") == ((file(name),), ())


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/x-msdownload", "Application/X-SH"])
def test_what_runs_is_known_by_its_type_too(content_type: str) -> None:
    assert is_executable(file("photo.jpg", content_type))


def test_agents_get_what_runs_under_a_harmless_name_and_type(play: Play) -> None:
    files = (
        ("photo.jpg.exe", "image/jpeg", BODY),
        ("photo.jpg", "image/jpeg", b"\xff\xd8\xff"),
        ("x.svg", "image/svg+xml", b"<svg/>"),
    )
    sent = complain_with(play, *files)
    renamed = "application/octet-stream"
    assert files_of(sent) == [
        ("photo.jpg.exe.blocked", renamed),
        ("photo.jpg", "image/jpeg"),
        ("x.svg.blocked", renamed),
    ]
    assert "photo.jpg.exe.blocked" in sent.text


def test_left_out_it_stays_with_the_case_and_is_listed(play: Play) -> None:
    under(play, "leave_out")
    sent = complain_with(
        play, ("setup.exe", "application/x-msdownload", BODY), ("photo.jpg", "image/jpeg", b"\xff\xd8\xff")
    )
    assert files_of(sent) == [("photo.jpg", "image/jpeg")]
    assert "setup.exe" in sent.text
    assert "setup.exe" in play.desk.record(play.desk.cases()[1])["messages"][0]["attachments"]


def test_kept_it_goes_along_as_it_came(play: Play) -> None:
    under(play, "keep")
    assert files_of(complain_with(play, ("a.docm", "application/msword", BODY))) == [("a.docm", "application/msword")]


def bomb() -> bytes:
    """An archive of a few hundred kilobytes whose entries, which all lie in one place, would fill twenty gigabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", bytes(20_000_000))
        archive.filelist += [_again(archive.filelist[0], name) for name in range(1, 1000)]
    return packed.getvalue()


def _again(entry: zipfile.ZipInfo, name: int) -> zipfile.ZipInfo:
    other = zipfile.ZipInfo(f"{name}")
    for key in ("header_offset", "CRC", "compress_size", "file_size", "compress_type", "flag_bits"):
        setattr(other, key, getattr(entry, key))
    return other


def test_a_zip_bomb_is_passed_on_unopened(play: Play) -> None:
    packed = bomb()
    assert sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(packed)).infolist()) == 20_000_000_000
    names = ("bomb.zip", "table.xlsx", "letter.docx", "bomb.gz")
    started = time.process_time()
    sent = complain_with(play, *((name, "application/zip", packed) for name in names))
    assert time.process_time() - started < 10
    assert [name for name, _ in files_of(sent)] == list(names)
    assert next(iter(sent.mail.iter_attachments())).get_content() == packed


def test_reading_a_zip_bomb_takes_a_few_times_its_own_size_and_no_more() -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "eve@evil.example"
    mail.set_content(COMPLAINT)
    mail.add_attachment(bomb(), maintype="application", subtype="zip", filename="bomb.zip")
    raw = mail.as_bytes()
    tracemalloc.start()
    try:
        dissect(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * len(raw)
