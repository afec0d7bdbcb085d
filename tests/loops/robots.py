"""The animals of the zoo."""

from email.message import EmailMessage
from random import Random

from tests.desk import Sent, mail
from tests.loops.zoo import DESK, Keeper, Robot, bare, letter, reply

_WORDS = (
    "My parcel A-10293 came late, and I want the fee back.",
    "This is not what I have asked for. My order is still not here!",
    "Thanks.",
    "The lamp arrived broken, please send a new one.",
)
AWAY = "I am away from my desk until Monday and will answer your mail when I am back."


def absence_note(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A vacation responder by the book (RFC 3834)."""
    headers = {"auto_submitted": "auto-replied", "precedence": "bulk"}
    return [reply(sent, AWAY, keeper, **headers)]


def plain_absence_note(sent: Sent, keeper: Keeper) -> list[bytes]:
    """One without any header that says so, in the thread."""
    return [reply(sent, f"Hi,\n\n{AWAY}\n\nRegards\nKim", keeper)]


def note_out_of_thread(sent: Sent, keeper: Keeper) -> list[bytes]:
    """One that begins a new thread, with a subject that is always the same."""
    return [letter(f"Hi,\n\n{AWAY}\n\nRegards\nKim", sent.row.recipient, keeper, subject="Your mail")]


def help_desk(sent: Sent, keeper: Keeper) -> list[bytes]:
    """Another help desk: strips our headers, opens a ticket for each mail, and answers from that ticket's address."""
    number = keeper.number
    local, _, domain = sent.row.recipient.partition("@")
    ticket = f"{local.partition('+')[0]}+t{number}@{domain}"
    text = f"Dear customer,\n\nwe have received your request, its number is {number}.\n\nYour service team"
    return [letter(text, f"Service <{ticket}>", keeper, subject=f"[#{number}] We look into it", reply_to=ticket)]


def robot_that_renames(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A customer's robot with another Message-ID, subject and text each time, and no thread."""
    number = keeper.number
    text = f"Message {number}: our records show that parcel A-{10000 + number} came late. Please look into this case."
    return [letter(text, sent.row.recipient, keeper, subject=f"Case {number} is open")]


def renaming_and_proven(sent: Sent, keeper: Keeper) -> list[bytes]:
    """The same at an address for which our server vouches."""
    domain = sent.row.recipient.rpartition("@")[2]
    proof = f"Authentication-Results: mx.acme.example; dmarc=pass header.from={domain}\r\n".encode()
    return [proof + raw for raw in robot_that_renames(sent, keeper)]


def bounce_without_report(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A mail system that says in plain words, and with no header, that a mail did not arrive."""
    text = (
        f"Hello,\n\nyour mail to {sent.row.recipient} could not be delivered, because there is no such mailbox.\n\n"
        f"> Subject: {sent.mail['Subject']}\n"
    )
    domain = sent.row.recipient.rpartition("@")[2]
    return [letter(text, f"Mail System <admin@{domain}>", keeper, subject=f"Problem {keeper.number} with your mail")]


def bounce_as_the_customer(sent: Sent, keeper: Keeper) -> list[bytes]:
    """The same in the name of the address that was written to, in the thread."""
    return [reply(sent, "This mailbox is no longer read by anybody. Your mail was deleted.", keeper)]


def alias(sent: Sent, _keeper: Keeper) -> list[bytes]:
    """An address that leads back to the desk, unchanged but for the traces."""
    return [b"Received: from mail.example by mx.acme.example\r\n" + sent.raw]


def alias_in_its_own_name(sent: Sent, keeper: Keeper) -> list[bytes]:
    """One that passes mail on under its own name, with an id of its own and without any header of ours."""
    passed_on = bare(sent)
    return [_passed_on(passed_on, sent, keeper, sender=sent.row.recipient, to=DESK)]


def list_server(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A mailing list of which the desk is a member: it sends on what it gets, with its headers."""
    raw = _passed_on(bare(sent), sent, keeper, sender=None, to=sent.row.recipient)
    marks = f"List-Id: Customers <customers.lists.example>\r\nList-Post: <mailto:{sent.row.recipient}>\r\n"
    return [f"{marks}Precedence: list\r\n".encode() + raw]


def list_without_headers(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A list that is no more than a row of addresses: it writes in its own name, and nothing says that it is one."""
    return [_passed_on(bare(sent), sent, keeper, sender=sent.row.recipient, to=sent.row.recipient)]


def agent_who_thanks(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A colleague's machine without headers, which answers with the token that proves the colleague."""
    return [reply(sent, f"Thank you, I will see to it. {keeper.number}", keeper)]


def customer_who_asks(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A customer's machine that asks again in its thread, never with the same words."""
    return [reply(sent, f"And where is parcel number {keeper.number}?", keeper)]


def agents_nonsense(sent: Sent, keeper: Keeper) -> list[bytes]:
    """A colleague's machine that answers every mail of ours with a command that there is not."""
    return [reply(sent, f"#nonsense {keeper.number}", keeper)]


def _passed_on(passed_on: EmailMessage, sent: Sent, keeper: Keeper, *, sender: str | None, to: str) -> bytes:
    """A plain mail with the words of ours."""
    words = sent.text
    headers = {"subject": str(passed_on["Subject"]), "to": to, "message_id": keeper.message_id()}
    return mail(words, from_=sender or str(passed_on["From"]), **headers)


def varied(chance: Random) -> Robot:
    """A machine put together by chance: what it strips, rewrites, quotes, and how often it is silent."""
    in_thread, quotes, renames, details, marks, lazy = (chance.random() < 0.5 for _ in range(6))
    words = chance.choice(_WORDS)

    def robot(sent: Sent, keeper: Keeper) -> list[bytes]:
        if lazy and keeper.chance.random() < 0.3:
            return []
        number = keeper.number
        local, _, domain = sent.row.recipient.partition("@")
        by = f"{local.partition('+')[0]}+{number}@{domain}" if details else sent.row.recipient
        text = f"{words}{f' ({number})' if renames else ''}"
        if quotes:
            text += "\n\n" + "\n".join(f"> {line}" for line in sent.text.splitlines()[:10])
        headers = {"auto_submitted": "auto-replied"} if marks else {}
        if in_thread:
            return [reply(sent, text, keeper, by=by, **headers)]
        return [letter(text, by, keeper, subject=f"Message {number}" if renames else "Message", **headers)]

    return robot
