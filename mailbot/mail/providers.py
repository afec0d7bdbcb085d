"""What is known about the large mail providers, one row each.

Limits count recipients, which here are mails, since each mail has one. Where the figure depends on the plan the
smallest stands here; where nothing is published, a cautious one. A mailbox's own `limits` override them.

- Google: 500 a day for Gmail, 2000 for Workspace (support.google.com/a/answer/166852); what is sent by SMTP is filed
  in Sent Mail; adds Authentication-Results as mx.google.com and removes foreign ones of that name.
- Microsoft 365: 30 a minute, 10,000 a day, three connections, and a copy in Sent Items
  (learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements); its Authentication-Results
  has no authserv-id (learn.microsoft.com/defender-office-365/message-headers-eop-mdo).
- Yahoo: 500 a day (help.yahoo.com/kb/SLN17518.html).
- Yandex: 500 a day, and a block of 24 hours that trying again prolongs
  (yandex.com/support/mail/web/letter/create/send-many-letters.html).
- Fastmail (by plan: fastmail.com/help/account/limits.html) and Mail.ru: cautious figures.
"""

from dataclasses import dataclass

NO_AUTHSERV_ID = "-"
"""Stands for a trusted Authentication-Results header without authserv-id, as Microsoft writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: its `hosts` (ends of names), how many mails it sends a minute and a day, and its habits."""

    name: str
    hosts: tuple[str, ...] = ()
    per_minute: int = 60
    per_day: int = 2000
    files_sent_copies: bool = False
    authserv: str | None = None


GENERIC = Provider(name="generic")

PROVIDERS = (
    Provider(
        name="google",
        hosts=("gmail.com", "googlemail.com", "google.com"),
        per_day=500,
        files_sent_copies=True,
        authserv="mx.google.com",
    ),
    Provider(
        name="microsoft",
        hosts=("office365.com", "outlook.com", "office.com", "hotmail.com"),
        per_minute=30,
        per_day=10_000,
        files_sent_copies=True,
        authserv=NO_AUTHSERV_ID,
    ),
    Provider(name="yahoo", hosts=("yahoo.com", "yahoo.co.jp", "aol.com"), per_minute=30, per_day=500),
    Provider(name="mail.ru", hosts=("mail.ru",), per_minute=30, per_day=500),
    Provider(name="yandex", hosts=("yandex.ru", "yandex.com", "yandex.net"), per_minute=30, per_day=500),
    Provider(name="fastmail", hosts=("fastmail.com", "messagingengine.com")),
)


def provider_of(host: str) -> Provider:
    """The provider that a server's host name belongs to; GENERIC when it is none of the known."""
    name = host.casefold().rstrip(".")
    for provider in PROVIDERS:
        if any(name == end or name.endswith(f".{end}") for end in provider.hosts):
            return provider
    return GENERIC


def trusted_authserv(configured: str | None, imap_host: str) -> str | None:
    """Whose Authentication-Results `trusted_authserv` of the configuration means; `provider` is the host's own."""
    return provider_of(imap_host).authserv if configured == "provider" else configured
