"""The machine-readable part of a delivery report, well formed or not (RFC 3464, RFC 6533)."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.message import Message as MimeMessage

from mailbot.core.message import FailedRecipient
from mailbot.reading.machines.status_code import is_permanent, sharpened
from mailbot.reading.mime.charsets import decode
from mailbot.reading.mime.headers import decoded, field
from mailbot.reading.mime.parts import payload, subparts

Block = dict[str, str]

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_MOST_PARTS = 50
_LIMIT = 300_000
_MOST_RECIPIENTS = 1000
_FIELD = re.compile(r"\s{0,3}([A-Za-z][A-Za-z0-9-]{1,60})\s{0,3}:\s*(.*)$")
_RECIPIENT = re.compile(rb"^[ \t>]{0,4}(?:final|original)-recipient\s{0,3}:", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(r"^\s*[\w.-]{1,40}\s*;\s*")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_XTEXT = re.compile(r"\+(2B|3D|40|20)")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[^\s<>,;:\"()\[\]]{1,255}")
_QUOTED = re.compile(r'<?("[^"\s]{1,64}"@[^\s<>",;()]{1,255})')
_NEEDLESSLY = re.compile(r'"([\w.+-]+)"@')
_NAMES = ("final-recipient", "original-recipient", "x-actual-recipient", "x-original-recipient")
_INSIDE = re.compile(r"\s*(?:local|x-?(?:local|unix|400|uucp|uuid|ms|ibm|notes))", re.IGNORECASE)
_ACTIONS = {"4": "delayed", "2": "delivered"}
_KNOWN_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})


def has_status(root: MimeMessage) -> bool:
    """Whether a report has a part that names recipients for machines."""
    return any(True for _ in _sources(root))


def reported(root: MimeMessage) -> tuple[FailedRecipient, ...]:
    """The recipients that the report names for machines, each once; of an alias the address that failed."""
    found: dict[str, FailedRecipient] = {}
    for source in _sources(root):
        for block in _blocks(source):
            recipient = _recipient(block)
            if recipient and len(found) < _MOST_RECIPIENTS:
                found.setdefault(recipient.address.casefold(), recipient)
        if found:
            break
    return tuple(found.values())


def original_id_field(root: MimeMessage) -> str:
    """The id of the mail in question as some servers write it among the fields; empty if none."""
    for source in _sources(root):
        for block in _blocks(source):
            for name in ("x-original-message-id", "original-message-id"):
                if block.get(name):
                    return block[name]
    return ""


def walk(root: MimeMessage) -> Iterator[MimeMessage]:
    """The parts of a report, two levels deep: what is inside the returned mail is not the report's own."""
    yield root
    if root.get_content_maintype() != "multipart":
        return
    for part in subparts(root)[:_MOST_PARTS]:
        yield part
        if part.get_content_maintype() == "multipart":
            yield from subparts(part)[:_MOST_PARTS]


def _sources(root: MimeMessage) -> Iterator[str]:
    """The texts that hold such fields: the part made for them first, then parts that are labelled wrongly."""
    parts = list(walk(root))
    labelled = [part for part in parts if part.get_content_type() in STATUS_TYPES]
    others = [
        p for p in parts if p not in labelled and p.get_content_maintype() not in ("multipart", "message", "image")
    ]
    for part in [*labelled, *others]:
        content = _content(part)
        if _RECIPIENT.search(content):
            yield decode(content, part.get_content_charset())[0]


def _content(part: MimeMessage) -> bytes:
    """The bytes of a part; of message/delivery-status, which the parser splits at once, without its encoding."""
    content = payload(part)[:_LIMIT]
    encoding = field(part, "content-transfer-encoding").casefold()
    if part.get_content_maintype() != "message" or encoding not in ("base64", "quoted-printable"):
        return content
    if _RECIPIENT.search(content):
        return quopri.decodestring(content) if encoding == "quoted-printable" else content
    try:
        return base64.b64decode(content) if encoding == "base64" else quopri.decodestring(content)
    except (binascii.Error, ValueError):
        return content


def _blocks(text: str) -> Iterator[Block]:
    """The fields of each recipient. A blank line or a second name begins a new one: not every server separates."""
    block: Block = {}
    for name, value in _fields(text):
        ended = not name and any(n in block for n in _NAMES) and ("action" in block or "status" in block)
        if ended or _begins_another(name, block):
            yield block
            block = {}
        if name:
            block.setdefault(name, value)
    yield block


def _begins_another(name: str, block: Block) -> bool:
    complete = "action" in block or "status" in block
    if name in ("final-recipient", "original-recipient"):
        return name in block or (complete and any(n in block for n in _NAMES))
    return False


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Name and unfolded value of each field; an empty name for a blank line."""
    name, values = "", list[str]()
    for line in text.split("\n"):
        if name and line[:1] in (" ", "\t") and line.strip() and not _begins_field(line):
            values.append(line.strip())
            continue
        if name:
            yield name, " ".join(values)[:4000]
        match = _FIELD.match(line.lstrip("> ") if line[:1] == ">" else line)
        name, values = (match[1].casefold(), [match[2].strip()]) if match else ("", [])
        if not line.strip():
            yield "", ""
    if name:
        yield name, " ".join(values)[:4000]


def _begins_field(line: str) -> bool:
    """Whether an indented line is no folded one: some servers indent every field."""
    match = _FIELD.match(line)
    return bool(
        match and match[1].casefold() in (*_NAMES, "action", "status", "diagnostic-code", "remote-mta", "reporting-mta")
    )


def _recipient(block: Block) -> FailedRecipient | None:
    address = _address(block)
    if not address:
        return None
    diagnostic = block.get("diagnostic-code", "")
    status = sharpened(block.get("status", ""), diagnostic)
    action = re.split(r"[^a-z]", block.get("action", "").strip().casefold(), maxsplit=1)[0]
    if action not in _KNOWN_ACTIONS:
        action = _ACTIONS.get(status[:1], "failed")
    default = {"failed": "5.0.0", "delayed": "4.0.0"}.get(action, "2.0.0")
    status = status or default
    return FailedRecipient(address, action, status, is_permanent(action))


def _address(block: Block) -> str:
    """The one that failed, or the one sent to where that is a name within the server (RFC 3464 section 2.3.2)."""
    outward = [_bare(value) for name in _NAMES if (value := block.get(name)) and not _INSIDE.match(value)]
    named = [_bare(block.get(name, "")) for name in _NAMES]
    whole = next((address for address in (*filter(_is_deliverable, outward), *outward, *named) if "@" in address), None)
    if whole is None and (told := _ADDRESS.search(block.get("diagnostic-code", ""))):
        whole = told[0] if any(named) else None
    return whole or next(filter(None, named), "")


def _is_deliverable(address: str) -> bool:
    """Whether other servers could send to it: names of a queue or machine within have no domain with a dot."""
    return "." in address.rpartition("@")[2].strip(".") and "@" in address


def _bare(value: str) -> str:
    """The address in a field, without its type and the encodings that its type may use."""
    address = decoded(_TYPE.sub("", value, count=1)).strip()
    if quoted := _QUOTED.match(address):
        return _NEEDLESSLY.sub(r"\1@", quoted[1])
    address = address.partition(" (")[0].strip("<>'\" ")
    if found := _ADDRESS.search(address):
        address = found[0] if " " in address else address
    if "\\x{" in address:
        address = _ESCAPED.sub(lambda m: chr(min(int(m[1], 16), 0x10FFFF)), address)
    return _XTEXT.sub(lambda m: chr(int(m[1], 16)), address).strip("<> ")[:320]
