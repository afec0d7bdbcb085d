"""rules/sla.yaml: what customers and authorities are promised, and what happens when a promise is near its end."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from mailbot.core.case import Priority
from mailbot.core.deadlines import Span, Unit
from mailbot.core.errors import ConfigurationError
from mailbot.core.escalation import TEAM_OF_CASE
from mailbot.core.rules.actions import RECIPIENT
from mailbot.core.rules.conditions import Condition
from mailbot.core.rules.time_fields import TIMES
from mailbot.core.rules.values import PERSON, TEAM, Kind, Known
from mailbot.core.sla import BUILT_IN, Clock, EarlyWarning, Extension, Happening, Sla, Slas, Step
from mailbot.core.spelling import did_you_mean
from mailbot.settings.rule_conditions import ConditionReader
from mailbot.settings.yaml_model import NOT_EMPTY, Model, path_of, validate
from mailbot.yaml_file import At, YamlFile

BUSINESS, ALWAYS = "business", "always"
"""Calendars that every desk has; others are schedules."""

_WAITING, _NEVER = "waiting", "never"
_BEFORE = re.compile(r"(?P<span>.+?) before")
_PERCENT = re.compile(r"(?P<percent>[1-9][0-9]?) ?%")


def _positive(written: object) -> Span:
    span = Span.parse(str(written))
    if not span.count:
        raise ValueError("expected some time: a clock that is over when it begins promises nothing")
    return span


def _length(written: object) -> Span:
    span = Span.of_deadline(str(written))
    if not span.count:
        raise ValueError("expected some time: a clock that is over when it begins promises nothing")
    return span


def _warning(written: object) -> EarlyWarning:
    text = str(written).strip()
    if percent := _PERCENT.fullmatch(text):
        return EarlyWarning(percent=int(percent["percent"]))
    before = _BEFORE.fullmatch(text)
    try:
        return EarlyWarning(before=_positive(before["span"] if before else text))
    except ValueError:
        raise ValueError('expected a warning like "2 business hours before" or "80%"') from None


def _pause(written: object) -> bool:
    if written in (_WAITING, _NEVER):
        return written == _WAITING
    raise ValueError(f"expected {_WAITING} or {_NEVER}{did_you_mean(str(written), (_WAITING, _NEVER))}")


def _key(description: str) -> Any:
    """A key that may be left out, with its help for editors."""
    return Field(default=None, description=description)


Length = Annotated[Span, PlainValidator(_length, json_schema_input_type=str)]
After = Annotated[Span, PlainValidator(lambda written: Span.parse(str(written)), json_schema_input_type=str)]
Warned = Annotated[EarlyWarning, PlainValidator(_warning, json_schema_input_type=str)]
Pauses = Annotated[bool, PlainValidator(_pause, json_schema_input_type=str)]
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(
        lambda written: tuple(written) if isinstance(written, list) else (written,),
        json_schema_input_type=str | list[str],
    ),
]


class StepModel(Model):
    """What is done after a deadline that was not met."""

    after: After = Field(description="How long after the deadline: 0 minutes, 4 business hours.")
    to: Names = Field(
        default=(), description="Who is told: lead, team (that of the case), a team, a member, an address."
    )
    notify: bool = Field(default=True, description="Whether those who see to the case are told as well.")
    priority: Priority | None = _key("The priority that the case gets, unless it has a higher one.")
    assign_team: str | None = _key("The team that the case goes to.")
    assign_agent: str | None = _key("The member who gets the case.")


class ExtensionModel(Model):
    """By how much an agent may put a deadline off."""

    once: Length = Field(description="How much later: 15 days.")
    notice: bool = Field(default=True, description="Only in a mail that tells the customer so.")


class ClockModel(Model):
    """One clock: how long it runs, and what happens near its end."""

    within: Length = Field(description="8 business hours, 2 business days, 8 weeks, 30 minutes; 15 days, end of day.")
    by_priority: dict[Priority, Length] = Field(default_factory=dict, description="Other spans: {urgent: 1 hour}.")
    starts: Literal["receipt", "reply", "reopening", "answer", "update"] | None = _key(
        "What a clock of your own begins with; receipt if nothing is written."
    )
    until: Literal["answer", "update", "resolution"] | None = _key("What a clock of your own counts until.")
    calendar: str | None = _key("What its time is counted in: business, always, or a schedule of schedules.yaml.")
    pause: Pauses | None = _key("waiting: it stands still while the case waits for the customer.")
    warn: Warned | None = _key("When those who see to the case are warned: 2 business hours before, or 80%.")
    escalate: tuple[StepModel, ...] | None = _key("What happens after the deadline, step by step.")
    extendable: ExtensionModel | None = _key("By how much it can be prolonged, once: {once: 15 days, notice: true}.")
    lapses: bool = Field(default=False, description="It is a chance and no promise: once passed, it is forgotten.")


class PromisesModel(Model):
    """A set of clocks, and what all of them have in common."""

    calendar: str | None = _key("What its clocks count in: business, always, or a schedule of schedules.yaml.")
    pause: Pauses | None = _key("waiting: its clocks stand still while the case waits for the customer.")
    warn: Warned | None = _key("When those who see to the case are warned: 2 business hours before, or 80%.")
    escalate: tuple[StepModel, ...] | None = _key("What happens after a deadline, step by step.")
    clocks: Annotated[dict[str, ClockModel], NOT_EMPTY]


class SlaModel(PromisesModel):
    """One SLA of sla.yaml."""

    default: bool = Field(default=False, description="It holds where no rule says otherwise.")


class SlasModel(Model):
    """Every SLA by its name; rules choose one with `sla`."""

    slas: dict[str, SlaModel]


def read_slas(file: YamlFile, *, known: Known) -> Slas:
    """The SLAs by name; ConfigurationError with every mistake in the file."""
    model = validate(replace(file, data=_in_full(file.data)), SlasModel)
    reader = SlaReader(file, TIMES, known)
    read = {name: reader.sla(name, sla, ("slas", name)) for name, sla in model.slas.items()}
    default = reader.default(model)
    if reader.problems:  # what stands beside `clocks` was read for each of them, and is said once
        raise ConfigurationError(set(reader.problems))
    return Slas(read, default)


def _in_full(data: Any) -> Any:
    """The file with each clock of which there is only a span written as one that has no more to say."""
    slas = data.get("slas") if isinstance(data, dict) else None
    if not isinstance(slas, dict):
        return data
    return {**data, "slas": {name: with_clocks_in_full(sla) for name, sla in slas.items()}}


def with_clocks_in_full(sla: Any) -> Any:
    """The same for one set of clocks."""
    clocks = sla.get("clocks") if isinstance(sla, dict) else None
    if not isinstance(clocks, dict):
        return sla
    return {**sla, "clocks": {kind: {"within": x} if isinstance(x, str) else x for kind, x in clocks.items()}}


class SlaReader(ConditionReader):
    """Reads SLAs: their clocks, the names in them, and what does not go together."""

    __slots__ = ()

    def default(self, model: SlasModel) -> str | None:
        """The one that holds where no rule says otherwise."""
        names = [name for name, sla in model.slas.items() if sla.default]
        for name in names[1:]:
            self._mistake(("slas", name, "default"), f'"{names[0]}" is the default already')
        return names[0] if names else None

    def sla(self, name: str, model: SlaModel, at: At) -> Sla:
        """The SLA at this place in the file."""
        return Sla(name, self.clocks(model.clocks, model, (*at, "clocks"), at))

    def clocks(self, clocks: Mapping[str, ClockModel], sla: PromisesModel, at: At, sla_at: At) -> tuple[Clock, ...]:
        """The clocks at this place; what they leave open is said by `sla`, which stands at `sla_at`."""
        return tuple(self._clock(kind, clock, sla, (*at, kind), sla_at) for kind, clock in clocks.items())

    def _clock(self, kind: str, model: ClockModel, sla: PromisesModel, at: At, sla_at: At) -> Clock:
        calendar = sla.calendar if model.calendar is None else model.calendar
        counted = _Counted(self, calendar, (*(sla_at if model.calendar is None else at), "calendar"))
        starts, until = self._ends(kind, model, at)
        escalate, where = (sla.escalate, sla_at) if model.escalate is None else (model.escalate, at)
        if model.lapses and model.escalate is None:
            escalate = None  # what is no promise is not broken
        warn = sla.warn if model.warn is None else model.warn
        extendable = model.extendable
        return Clock(
            kind=kind,
            within=counted.span(model.within, (*at, "within")),
            by_priority={
                priority: counted.span(span, (*at, "by_priority", priority.value))
                for priority, span in model.by_priority.items()
            },
            starts=starts,
            until=until,
            hours=counted.hours(),
            pauses=bool(sla.pause if model.pause is None else model.pause),
            warn=replace(warn, before=counted.span(warn.before, (*at, "warn"))) if warn and warn.before else warn,
            escalate=tuple(
                self._step(step, counted, (*where, "escalate", number)) for number, step in enumerate(escalate or ())
            ),
            extension=Extension(counted.span(extendable.once, (*at, "extendable", "once")), extendable.notice)
            if extendable
            else None,
            lapses=model.lapses,
        )

    def _ends(self, kind: str, model: ClockModel, at: At) -> tuple[frozenset[Happening], Happening]:
        """What a clock begins with and counts until; those that every SLA may have know it themselves."""
        if kind in BUILT_IN:
            for key in ("starts", "until"):
                if getattr(model, key):
                    self._mistake((*at, key), f"{kind} knows this itself; a clock of your own can say it")
            return BUILT_IN[kind]
        if model.until is None:
            hint = (
                did_you_mean(kind, BUILT_IN) or f": one of {', '.join(BUILT_IN)}, or a clock of your own with `until`"
            )
            self._mistake(at, f"no such clock{hint}")
        starts = Happening(model.starts) if model.starts else Happening.RECEIPT
        return frozenset({starts}), Happening(model.until) if model.until else Happening.RESOLUTION

    def _step(self, model: StepModel, counted: "_Counted", at: At) -> Step:
        if not (model.to or model.notify or model.priority or model.assign_team or model.assign_agent):
            self._mistake(at, "a step that tells nobody and changes nothing", key=False)
        to = (*at, "to")
        return Step(
            after=counted.span(model.after, (*at, "after")),
            to=tuple(
                self._name(_READER, name, (*to, n) if (*to, n) in self.file.marks else to)
                for n, name in enumerate(model.to)
            ),
            notify=model.notify,
            priority=model.priority,
            assign_team=self._name(TEAM, model.assign_team, (*at, "assign_team")) if model.assign_team else None,
            assign_agent=self._name(PERSON, model.assign_agent, (*at, "assign_agent")) if model.assign_agent else None,
        )

    def _name(self, kind: Kind, written: str, at: At) -> str:
        return str(self.value(kind, written, at))

    def schedule(self, name: str, at: At) -> Condition | None:
        """The schedule of this name, as the hours of a clock."""
        if name in self.known.schedules:
            found: Condition = self.known.schedules[name]
            return found
        names = (BUSINESS, ALWAYS, *self.known.schedules)
        self._mistake(at, f'found "{name}", expected one of {", ".join(names)}{did_you_mean(name, names)}', key=False)
        return None

    def _mistake(self, at: At, message: str, *, key: bool = True) -> None:
        self.problems.append(self.file.problem(at, f"{path_of(at)}: {message}", key=key))


class _Counted:
    """How a clock's spans are meant: without a calendar as they are written, with one all in its time."""

    def __init__(self, reader: SlaReader, calendar: str | None, at: At) -> None:
        self._reader, self._calendar, self._at = reader, calendar, at

    def span(self, span: Span, at: At) -> Span:
        """The span in the time of the calendar."""
        if self._calendar == ALWAYS and span.in_business:
            self._reader._mistake(at, f'found "{span}", but "calendar: always" knows no business time', key=False)
        if self._calendar in (None, ALWAYS) or span.in_business or span.unit == "weeks":
            return span
        unit: Unit = f"business {span.unit}"  # type: ignore[assignment]  # of each other unit there is one
        return replace(span, unit=unit)

    def hours(self) -> Condition | None:
        """The schedule that the calendar names; None for the hours of the desk."""
        if self._calendar in (None, BUSINESS, ALWAYS):
            return None
        return self._reader.schedule(str(self._calendar), self._at)


def _recipient(written: object, known: Known) -> object:
    return written if written == TEAM_OF_CASE else RECIPIENT.parse(written, known)


_READER = Kind(("is",), _recipient, {"type": "string"})
