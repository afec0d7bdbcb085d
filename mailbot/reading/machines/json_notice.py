"""Notices of sending services that put JSON into a mail: who was not reached, or complained."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mailbot.core.message import FailedRecipient
from mailbot.reading.machines.status_code import is_permanent, sharpened

_LIMIT = 200_000
_KINDS = ("bounce", "complaint", "delivery", "deliverydelay")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class JsonNotice:
    """What a notice says; `kind` is bounce, complaint or delivery."""

    kind: str
    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None


def json_notice(text: str) -> JsonNotice | None:
    """The notice that `text` consists of, or None."""
    data = _object(text)
    if isinstance(data.get("Message"), str):
        data = _object(data["Message"])
    kind = str(data.get("notificationType") or data.get("eventType") or "").casefold().replace(" ", "")
    if kind not in _KINDS:
        return None
    mail = _dictionary(data.get("mail"))
    headers = _dictionary(mail.get("commonHeaders"))
    message_id = str(headers.get("messageId") or mail.get("messageId") or "").strip("<> ") or None
    return JsonNotice(kind, tuple(_recipients(data, kind)), message_id)


def _object(text: str) -> dict[str, Any]:
    start = text[:_LIMIT].lstrip()
    if not start.startswith("{") or start.count("{") > _DEEPEST or start.count("[") > _DEEPEST:
        return {}
    try:
        return _dictionary(json.JSONDecoder().raw_decode(start)[0])
    except (ValueError, RecursionError):
        return {}


def _dictionary(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _recipients(data: dict[str, Any], kind: str) -> Iterator[FailedRecipient]:
    if kind == "bounce":
        bounce = _dictionary(data.get("bounce"))
        temporary = str(bounce.get("bounceType")).casefold() == "transient"
        for each in _list(bounce.get("bouncedRecipients")):
            yield _failed(_dictionary(each), "4.0.0" if temporary else "5.0.0")
    elif kind == "deliverydelay":
        for each in _list(_dictionary(data.get("deliveryDelay")).get("delayedRecipients")):
            yield _failed({**_dictionary(each), "action": "delayed"}, "4.0.0")
    elif kind == "delivery":
        for address in _list(_dictionary(data.get("delivery")).get("recipients")):
            yield FailedRecipient(str(address), "delivered", "2.0.0", permanent=False)


def _list(value: object) -> list[Any]:
    return value[:1000] if isinstance(value, list) else []


def _failed(each: dict[str, Any], default: str) -> FailedRecipient:
    status = sharpened(str(each.get("status") or ""), str(each.get("diagnosticCode") or "")) or default
    action = str(each.get("action") or "failed").casefold()
    permanent = is_permanent(action) and not status.startswith("4")  # the service calls it transient
    return FailedRecipient(str(each.get("emailAddress") or ""), action, status, permanent)
