"""Commands about the problem behind many cases: problem, owner, due, corrective, done, and the word to customers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mailbot.core import actions as a
from mailbot.core.commands import offering
from mailbot.core.commands.order import Order, Refused, member_named
from mailbot.core.commands.states import moment_of
from mailbot.core.corrective import PREVIEW, PROBLEM_CHECK, known_of, opened, reminded_later, told_later
from mailbot.core.letter_parts import language_of
from mailbot.core.letters import Purpose
from mailbot.core.problem import Problem
from mailbot.core.team import Role

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})\s*:\s*(.*)", re.DOTALL)


def problem(order: Order) -> Iterable[a.Action]:
    """Count the case among those that one problem has caused; with words behind a new name, a lead begins one."""
    name, words = order.command.arguments[0], order.command.rest
    known = (*order.situation.desk.problems, *order.situation.problems)
    wanted = next((one for one in known if one.casefold() == name.casefold()), None)
    if wanted is not None and words:
        raise Refused("too_many_arguments")
    if wanted is None:
        wanted = _new_name(order, name, words, known)
    yield a.LinkProblem(problem=wanted, reason="#problem", by=order.by)
    if wanted not in order.situation.problems:
        yield from opened(wanted, order.case, order.situation, what=words, by=order.by)


def owner(order: Order) -> Iterable[a.Action]:
    """Somebody sees to the problem of the case, and hears of it."""
    member = order.member if order.argument.casefold() == "me" else member_named(order.argument, order.situation)
    theirs = replace(_problem_of(order), owner=member.address)
    yield a.KeepProblem(problem=theirs, step="owner", reason=member.address, by=order.by)
    if member.address != order.by and theirs.done_at is None:
        yield told_later(theirs, order.situation.now, by=order.by)
    if theirs.may_be_told and known_of(theirs.name, order.situation).customers:
        yield _preview(theirs, order)


def due(order: Order) -> Iterable[a.Action]:
    """The problem is to be solved by then."""
    open_one = _problem_of(order)
    if open_one.done_at is not None:
        raise Refused("done_already")
    moved = replace(open_one, due_at=moment_of(order.command, order.situation))
    yield a.KeepProblem(problem=moved, step="due", reason=moved.due_at.isoformat() if moved.due_at else "", by=order.by)
    yield from reminded_later(moved, order.situation, by=order.by)


def corrective(order: Order) -> Iterable[a.Action]:
    """What is done so that it does not happen again: about the case, and about its problem if it has one."""
    yield a.RecordCorrective(corrective=order.argument, reason="#corrective", by=order.by)
    found = order.situation.problems.get(order.case.problem or "")
    if found and found.done_at is None:
        recorded = replace(found, corrective=order.argument, texts={_language(order): order.argument})
        yield a.KeepProblem(problem=recorded, step="corrective", by=order.by)


def done(order: Order) -> Iterable[a.Action]:
    """The corrective action is done: its owner sees what customers would hear of it, and later hears of its effect."""
    before, situation = _problem_of(order), order.situation
    if before.approved_at is not None:
        raise Refused("done_already")
    texts = _texts(order)
    known, now = known_of(before.name, situation), situation.now
    corrective = "\n\n".join(texts.values()) or before.corrective
    finished = replace(before, done_at=now, texts=texts or before.texts, corrective=corrective)
    yield a.KeepProblem(problem=finished, step="done", by=order.by)
    if known.customers:
        yield _preview(finished, order)
    checked_at = situation.desk.calendar.after(now, known.check_after)
    yield a.Schedule(kind=PROBLEM_CHECK, due_at=checked_at, data=_data(finished), reason="#done", by=order.by)


def approve(order: Order) -> Iterable[a.Action]:
    """Let a mail to customers go out: in reply to the mail that shows it, to all of a problem; else an offer."""
    if order.event.purpose is not Purpose.IMPROVEMENT:
        return offering.approve(order)
    if order.command.arguments:
        raise Refused("too_many_arguments")
    agreed = replace(_shown(order), approved_at=order.situation.now)
    return (a.KeepProblem(problem=agreed, step="approved", reason="#approve", by=order.by),)


def deny(order: Order) -> Iterable[a.Action]:
    """Keep it back: as long as nobody approves, no customer hears of it."""
    if order.event.purpose is not Purpose.IMPROVEMENT:
        return offering.deny(order)
    kept = _shown(order)
    return (a.Note(event="problem", detail=f"{kept.name} not told: {order.argument}", reason="#deny", by=order.by),)


def _new_name(order: Order, name: str, words: str, known: tuple[str, ...]) -> str:
    if not words:
        raise Refused("unknown_value", ", ".join(dict.fromkeys(known))) if known else Refused("no_problems")
    if order.member.role is not Role.LEAD:
        raise Refused("only_leads")
    return name


def _problem_of(order: Order) -> Problem:
    found = order.situation.problems.get(order.case.problem or "")
    if found is None:
        raise Refused("no_problem_here")
    return found


def _shown(order: Order) -> Problem:
    """The problem whose mail to customers this member was shown, as it is now."""
    found = _problem_of(order)
    if not found.may_be_told or found.done_at is None:
        raise Refused("nothing_to_tell")
    if order.by != found.owner and order.member.role is not Role.LEAD:
        raise Refused("only_owner")
    if order.event.seen_at is not None and order.event.seen_at < found.done_at:
        raise Refused("changed_since")
    return found


def _preview(problem: Problem, order: Order) -> a.Schedule:
    return a.Schedule(kind=PREVIEW, due_at=order.situation.now, data=_data(problem), reason="#done", by=order.by)


def _data(problem: Problem) -> Mapping[str, object]:
    return {"problem": problem.name, "done": problem.done_at.isoformat() if problem.done_at else None}


def _texts(order: Order) -> dict[str, str]:
    """What customers are told, by language: behind the command, and in lines such as `et: …` below it."""
    languages, found = order.situation.desk.languages, dict[str, str]()
    language = ""
    if order.argument:
        language, words = _labelled(order.argument, languages) or (_language(order), order.argument)
        found[language] = words
    for line in order.event.text.splitlines():
        if labelled := _labelled(line, languages):
            language = labelled[0]
            found[language] = labelled[1]
        elif language in found:
            found[language] = f"{found[language]}\n{line}"
    return {language: text.strip() for language, text in found.items() if text.strip()}


def _labelled(line: str, languages: tuple[str, ...]) -> tuple[str, str] | None:
    match = _LANGUAGE.fullmatch(line)
    return (match[1].lower(), match[2]) if match and match[1].lower() in languages else None


def _language(order: Order) -> str:
    """The language of words that say nothing about it: what was read, where that is certain, else the member's."""
    reading = order.event.mail.reading
    if reading.language_certain and reading.language in order.situation.desk.languages:
        return reading.language
    return language_of(order.member, order.situation)
