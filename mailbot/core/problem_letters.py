"""The mails about a problem: to whoever sees to it, and to the customers who had complained of it."""

from collections.abc import Sequence

from mailbot.core.case import Author, Case, Direction
from mailbot.core.letter_parts import language_of, latest_from_customer, name_of, past_of, reply_to_message
from mailbot.core.letters import Block, Letter, LetterKind, Purpose
from mailbot.core.problem import Concerned, Problem, Sample
from mailbot.core.situation import Situation
from mailbot.core.team import Member

_MOST_CASES = 20
_NOTHING_SHOWN: dict[str, object] = {
    "readers": 0,
    "left_out": 0,
    "missing": (),
    "samples": (),
    "before": 0,
    "after": 0,
}


def problem_letter(
    what: str,
    problem: Problem,
    case: Case,
    cases: Sequence[Case],
    situation: Situation,
    member: Member,
    *,
    before: int = 0,
    after: int = 0,
) -> Letter:
    """What a member hears of a problem; a plain reply is kept as a note, no customer gets it."""
    shown = cases[:_MOST_CASES]
    return Letter(
        kind=LetterKind.PROBLEM,
        to=member.mailbox,
        language=language_of(member, situation),
        member=member.address,
        purpose=Purpose.COLLEAGUE,
        values=_NOTHING_SHOWN
        | {
            "what": what,
            "problem": problem.name,
            "problem_is": situation.problem_is(problem.name),
            "owner": name_of(problem.owner, situation),
            "due_at": problem.due_at,
            "done_at": problem.done_at,
            "corrective": Block(problem.corrective) if problem.corrective else None,
            "cases": tuple(past_of(one) for one in shown),
            "more": len(cases) - len(shown),
            "before": before,
            "after": after,
            "original_subject": case.subject,
        },
    )


def with_preview(letter: Letter, samples: Sequence[Sample], missing: Sequence[str], left_out: int) -> Letter:
    """The same with what customers would get; a reply to it can approve that."""
    shown = {
        "samples": tuple(samples),
        "readers": sum(sample.readers for sample in samples),
        "missing": tuple(missing),
        "left_out": left_out,
        # Not printed by itself: what customers are to read is nothing internal.
        "excerpt": Block("\n".join(sample.text.text for sample in samples)),
    }
    return Letter(
        kind=letter.kind,
        to=letter.to,
        language=letter.language,
        member=letter.member,
        purpose=Purpose.IMPROVEMENT,
        values={**letter.values, **shown},
    )


def improvement_letter(problem: Problem, concerned: Concerned, situation: Situation) -> Letter:
    """What a customer hears of the improvement, in their language and thread."""
    linked, language = concerned.linked, language_to(concerned.linked, situation)
    text = problem.texts.get(language)
    theirs = tuple(
        message
        for message in situation.messages
        if message.direction is Direction.IN
        and message.role is Author.CUSTOMER
        and message.author.key == linked.customer.key
    )
    return Letter(
        kind=LetterKind.IMPROVEMENT,
        to=linked.customer,
        language=language,
        thread=reply_to_message(latest_from_customer(theirs or situation.messages)),
        values={
            "original_subject": linked.subject,
            "opened_at": linked.opened_at,
            "type": linked.type.value,
            "improvement": Block(text) if text else None,
        },
    )


def language_to(case: Case, situation: Situation) -> str:
    """The language in which the customer of a case is written to."""
    ours = situation.desk.languages
    return case.language if case.language in ours else ours[0]
