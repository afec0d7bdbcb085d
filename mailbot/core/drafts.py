"""The answer that the desk proposes to an agent: empathy, an apology without excuse, what happens next and by when."""

from mailbot.core.case import Case
from mailbot.core.letter_parts import ltr, money
from mailbot.core.letters import Draft
from mailbot.core.situation import Situation
from mailbot.core.timekeeping import answer_by


def draft_of(case: Case, situation: Situation) -> Draft:
    """The values of the draft for this case, in the customer's language; it promises no remedy, only `#offer` does."""
    return Draft(
        case.language,
        {
            "is_complaint": case.is_complaint,
            "type": case.type.value,
            "remedy": case.demanded_remedy.value,
            "order_number": ltr(case.order_number),
            "amount": money(case),
            "safety": case.safety,
            "repeat": case.repeat,
            "answer_by": answer_by(case, situation.now),
            "corrective": case.corrective,
        },
    )
