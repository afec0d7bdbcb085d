"""A problem: the one cause behind many cases, who sees to it, by when, and what has become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case
from mailbot.core.deadlines import Span
from mailbot.core.letters import Block

CHECK_AFTER = Span(30, "days")
"""How long after a corrective action its effect is looked at, where problems.yaml says nothing else."""


class ProblemState(StrEnum):
    """How far the corrective action is: `approved` is the mail about it, `checked` whether it has helped."""

    OPEN = "open"
    DONE = "done"
    APPROVED = "approved"
    TOLD = "told"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProblem:
    """What problems.yaml says of a problem. `owner` is a member's address; `due` counts from the first case.

    `customers`: whether they may hear of the corrective action; `check_after` it, its effect is measured.
    """

    what: str = ""
    owner: str | None = None
    due: Span | None = None
    customers: bool = True
    check_after: Span = CHECK_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem that has at least one case; `case_id` is the first of them.

    `corrective` is what is done about it; `texts` is what customers are told of it, by language.
    """

    name: str
    case_id: int
    opened_at: datetime
    what: str = ""
    owner: str | None = None
    due_at: datetime | None = None
    corrective: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    done_at: datetime | None = None
    approved_at: datetime | None = None
    told_at: datetime | None = None
    checked_at: datetime | None = None

    @property
    def state(self) -> ProblemState:
        """The furthest that it has come."""
        if self.checked_at:
            return ProblemState.CHECKED
        if self.told_at:
            return ProblemState.TOLD
        if self.approved_at:
            return ProblemState.APPROVED
        return ProblemState.DONE if self.done_at else ProblemState.OPEN

    @property
    def may_be_told(self) -> bool:
        """Whether the corrective action is done and customers have not been written to about it."""
        return self.done_at is not None and self.approved_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A customer who may hear of the corrective action: the case linked to the problem, and where it goes on.

    `elsewhere`: they want to hear from us in another way than by mail. `unreachable`: mail to them comes back.
    """

    linked: Case
    case: Case
    elsewhere: bool = False
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """The mail as the customers of one language would get it, and how many they are."""

    language: str
    readers: int
    subject: str
    text: Block


def with_problem(problems: Mapping[str, Problem], problem: Problem) -> Mapping[str, Problem]:
    """The problems, of which this one is new or has changed."""
    return {**problems, problem.name: problem}
