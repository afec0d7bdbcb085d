"""The demo's data: who takes part, what they complain about, and the steps of the tour."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

from mailbot.core.case import State
from mailbot.core.letters import LetterKind
from mailbot.settings.yaml_model import Model, validate
from mailbot.yaml_file import read_yaml


class Person(Model):
    """Somebody with a mail program: `wrote` is what it puts above a quoted mail, `answers` where the answer goes."""

    name: str
    address: str
    role: str
    answers: Literal["above", "below"]
    wrote: str
    html: bool = False

    @property
    def writes_to_the_desk(self) -> bool:
        """Whether this is a customer."""
        return self.role.startswith("customer")


class Cast(Model):
    """Everybody with a mailbox, by the name that the script uses; `desk` is where complaints go."""

    password: str
    desk: str
    people: dict[str, Person]

    @property
    def users(self) -> Mapping[str, str]:
        """Address and password of every mailbox."""
        return dict.fromkeys((self.desk, *(person.address for person in self.people.values())), self.password)


class Picture(Model):
    """A file that the HTML of a mail shows as `cid:` and this id (RFC 2392)."""

    id: str
    file: str


class Complaint(Model):
    """A first mail; the files of `pictures` and `attachments` stand beside the script."""

    by: str
    subject: str
    text: str
    html: str | None = None
    pictures: tuple[Picture, ...] = ()
    attachments: tuple[str, ...] = ()


class ToRead(Model):
    """A mail of the desk that must arrive: for whom, why it is sent, and words that stand in it."""

    by: str
    kind: LetterKind
    words: str = ""


class ToAnswer(Model):
    """A reply to the mail last read about a customer's case; `to` is that customer, the writer if absent."""

    by: str
    text: str
    to: str | None = None


class Sends(Model):
    """A complaint is sent."""

    says: str
    send: str


class Reads(Model):
    """Somebody finds a mail in the inbox."""

    says: str
    read: ToRead


class Answers(Model):
    """Somebody replies."""

    says: str
    answer: ToAnswer


class Waits(Model):
    """Time goes by."""

    says: str
    wait: str


class Stands(Model):
    """A look at cases: where each customer's must stand."""

    says: str
    states: dict[str, State]


Step = Sends | Reads | Answers | Waits | Stands


class Script(Model):
    """The complaints of every demo and the steps of the tour; `patience` is how many seconds a step may take."""

    patience: int
    complaints: dict[str, Complaint]
    steps: tuple[Step, ...]


def shipped(name: str) -> Path:
    """A data file of the demo."""
    return Path(str(files(__package__))) / name


def load_cast() -> Cast:
    """The people of people.yaml."""
    return validate(read_yaml(shipped("people.yaml")), Cast)


def load_script() -> Script:
    """The tour of script.yaml."""
    return validate(read_yaml(shipped("script.yaml")), Script)
