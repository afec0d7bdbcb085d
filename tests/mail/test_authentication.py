"""Which Authentication-Results are believed, and what they are worth."""

import pytest

from mailbot.mail.authentication import judge
from mailbot.mail.providers import GENERIC, NO_AUTHSERV_ID, provider_of, trusted_authserv

PASS = "mx.desk.example; dkim=pass header.d=home.example; dmarc=pass (p=REJECT dis=NONE) header.from=home.example"
FAIL = "mx.desk.example; spf=softfail smtp.mailfrom=home.example; dmarc=fail header.from=home.example"
MICROSOFT = (
    "spf=pass (sender IP is 192.0.2.7)\r\n smtp.mailfrom=home.example; dkim=pass (signature was verified)\r\n"
    " header.d=home.example;dmarc=pass action=none\r\n header.from=home.example;compauth=pass reason=100"
)
GOOGLE = (
    'mx.google.com;\r\n       dkim=pass header.i=@home.example header.s=sel header.b="ab/c+";\r\n'
    "       arc=pass (i=1 spf=pass);\r\n       spf=pass (google.com: domain of mari@home.example designates 192.0.2.7)"
    ' smtp.mailfrom="mari@home.example";\r\n       dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=home.example'
)


@pytest.mark.parametrize(
    ("header", "trusted"),
    [
        (PASS, "mx.desk.example"),
        (PASS, "MX.Desk.Example"),
        (PASS.replace("example; dkim", "example 1; dkim"), "mx.desk.example"),
        (GOOGLE, "mx.google.com"),
        (MICROSOFT, NO_AUTHSERV_ID),
    ],
)
def test_a_pass_of_the_trusted_server_for_the_authors_domain_is_aligned(header: str, trusted: str):
    judged = judge([header], trusted, "Home.example")
    assert (judged.dmarc, judged.aligned) == ("pass", True)


def test_a_fail_is_a_fail():
    assert (judge([FAIL], "mx.desk.example", "home.example").dmarc) == "fail"


def test_a_pass_for_another_domain_than_the_authors_is_not_aligned():
    judged = judge([PASS], "mx.desk.example", "bank.example")
    assert (judged.dmarc, judged.aligned) == ("pass", False)
    assert "home.example" in judged.reason


def test_a_pass_that_names_no_domain_is_not_aligned():
    assert not judge(["mx.desk.example; dmarc=pass"], "mx.desk.example", "home.example").aligned


def test_international_domains_are_equal_in_both_spellings():
    header = "mx.desk.example; dmarc=pass header.from=xn--krv-ona.example"
    assert judge([header], "mx.desk.example", "kõrv.example").aligned


@pytest.mark.parametrize(
    ("headers", "trusted"),
    [
        ([PASS], None),
        ([], "mx.desk.example"),
        ([PASS], "mx.other.example"),
        ([PASS], NO_AUTHSERV_ID),
        ([MICROSOFT], "mx.desk.example"),
        (["mx.other.example; dmarc=pass header.from=home.example", PASS], "mx.desk.example"),
        (["garbage ((", PASS], "mx.desk.example"),
        (["", PASS], "mx.desk.example"),
        (["mx.desk.example; none"], "mx.desk.example"),
        ([PASS + "; none"], "mx.desk.example"),
        (["mx.desk.example; spf=pass smtp.mailfrom=home.example"], "mx.desk.example"),
        (["mx.desk.example; dmarc=temperror header.from=home.example"], "mx.desk.example"),
        ([PASS + "; dmarc=fail header.from=home.example"], "mx.desk.example"),
        (["mx.desk.example.evil.example; dmarc=pass header.from=home.example"], "mx.desk.example"),
    ],
)
def test_everything_else_is_unknown_and_says_why(headers: list[str], trusted: str | None):
    judged = judge(headers, trusted, "home.example")
    assert (judged.dmarc, judged.aligned) == ("unknown", False)
    assert judged.reason


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("imap.gmail.com", "google"),
        ("SMTP.Office365.com.", "microsoft"),
        ("outlook.office365.com", "microsoft"),
        ("imap.yandex.ru", "yandex"),
        ("imap.fastmail.com", "fastmail"),
        ("notgmail.com", "generic"),
        ("gmail.com.evil.example", "generic"),
        ("127.0.0.1", "generic"),
    ],
)
def test_a_provider_is_known_by_the_end_of_its_host_names(host: str, name: str):
    assert provider_of(host).name == name


def test_the_word_provider_means_the_hosts_own_server():
    assert trusted_authserv("provider", "imap.gmail.com") == "mx.google.com"
    assert trusted_authserv("provider", "outlook.office365.com") == NO_AUTHSERV_ID
    assert trusted_authserv("provider", "imap.desk.example") is GENERIC.authserv is None
    assert trusted_authserv("mx.desk.example", "imap.gmail.com") == "mx.desk.example"
    assert trusted_authserv(None, "imap.gmail.com") is None
