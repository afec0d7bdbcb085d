"""Whom a mail says it is from, as far as that is needed to keep the mails of one writer in their order."""

from mailbot.workflows.receive import writer_of


def test_the_writer_is_seen_at_a_glance_however_the_header_is_written() -> None:
    kate = writer_of(b"Subject: x\nFrom: Kate <kate@mail.example>\n\nFrom: ann@mail.example\n")
    assert kate is not None
    assert writer_of(b"FROM:\r\n =?utf-8?q?K?=\r\n <KATE@mail.example>\r\n\r\n") == kate
    assert writer_of(b"Subject: x\n\nFrom: Kate <kate@mail.example>\n") is None
    assert writer_of(b"From: undisclosed\n\n") is None
