import smtplib
import time

from bench.sink import running_sink

FROM = "desk@acme.example"
ACKNOWLEDGEMENT = b"Subject: Yours\r\nAuto-Submitted: auto-replied\r\n\r\nWe have it.\r\n.\r\nAnd more.\r\n"
OTHER = b"Subject: Auto-Submitted: auto-replied\r\n\r\n" + b"A long text\r\n" * 20_000


def test_each_mail_is_noted_with_its_moment_its_recipient_and_its_kind() -> None:
    before = time.monotonic()
    with running_sink() as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="localhost") as client:
            client.sendmail(FROM, ["first@mail.example"], ACKNOWLEDGEMENT)
            client.sendmail(FROM, ["second@mail.example"], OTHER)
        found = sink.accepted()
    assert [(mail.recipient, mail.acknowledgement) for mail in found] == [
        ("first@mail.example", True),
        ("second@mail.example", False),
    ]
    assert before < found[0].at <= found[1].at < time.monotonic()
