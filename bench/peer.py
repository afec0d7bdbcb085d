"""A third contestant, where it is installed: django-helpdesk, which makes tickets of mail and says that they are there.

It runs by the interpreter that has it, as its `get_email` command does; nothing of mailbot is imported here.
"""

import argparse
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from bench.meter import serve

_APPS = ("contrib.admin", "contrib.auth", "contrib.contenttypes", "contrib.humanize", "contrib.messages",
         "contrib.sessions", "contrib.sites", "contrib.staticfiles")  # fmt: skip
_CONTEXT = ("debug", "request")
_MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
_ADDRESS = "support@acme.example"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("imap_port", type=int)
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("database", help="the URL of an empty one")
    parser.add_argument("folder", type=Path, help="for the files that come with mail")
    arguments = parser.parse_args()
    settings.configure(**_settings(arguments.database, arguments.smtp_port, arguments.folder))
    django.setup()
    call_command("migrate", verbosity=0)
    _open_queue(arguments.imap_port, arguments.user, arguments.password)
    serve(lambda: call_command("get_email", quiet=True))


def _open_queue(imap_port: int, user: str, password: str) -> None:
    """One queue, looked at whenever the command runs."""
    from helpdesk.models import Queue  # noqa: PLC0415  (needs the settings)

    Queue.objects.create(
        title="Complaints",
        slug="complaints",
        email_address=_ADDRESS,
        allow_public_submission=True,
        allow_email_submission=True,
        email_box_type="imap",
        email_box_host="127.0.0.1",
        email_box_port=imap_port,
        email_box_ssl=False,
        email_box_user=user,
        email_box_pass=password,
        email_box_imap_folder="INBOX",
        email_box_interval=0,
        logging_type="error",
    )


def _settings(database: str, smtp_port: int, folder: Path) -> dict[str, Any]:
    """A project with the peer and what it depends on, everything else as Django has it."""
    processors = [*(f"django.template.context_processors.{name}" for name in _CONTEXT)]
    processors += ["django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": processors},
    }
    return {
        "SECRET_KEY": "of a bench that serves no pages",
        "INSTALLED_APPS": [*(f"django.{app}" for app in _APPS), "rest_framework", "helpdesk"],
        "MIDDLEWARE": list(_MIDDLEWARE),
        "ROOT_URLCONF": "bench.peer_urls",
        "TEMPLATES": [templates],
        "DATABASES": {"default": _database(database)},
        "SITE_ID": 1,
        "USE_TZ": True,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "MEDIA_ROOT": str(folder),
        "STATIC_URL": "/static/",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": smtp_port,
        "DEFAULT_FROM_EMAIL": _ADDRESS,
        "HELPDESK_TEAMS_MODE_ENABLED": False,
    }


def _database(url: str) -> dict[str, Any]:
    """Django's words for a database, as durable as the desk's."""
    if url.startswith("sqlite"):
        durable = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        options = {"init_command": durable, "transaction_mode": "IMMEDIATE", "timeout": 60}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), "OPTIONS": options}
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PORT": str(parts.port or ""),
    }


if __name__ == "__main__":
    main()
