"""What the words and phrases of an answer do."""

from enum import StrEnum


class Sign(StrEnum):
    """What a word or phrase does in an answer; the name of its list in the word files."""

    YES = "yes"
    FINE = "fine"
    """Accepts only where little else is said."""
    NO = "no"
    NOT = "not"
    LITTLE = "little"
    """Calls the offer too small."""
    IF = "if"
    UNLESS = "unless"
    WOULD = "would"
    BUT = "but"
    AND = "and"
    WANT = "want"
    """Wants something else or more than what is offered."""
    WISH = "wish"
    """Wants something, perhaps just what is offered."""
    ASK = "ask"
    UNSURE = "unsure"
    """Leaves it open, or tells what was agreed before."""
    GRUMBLE = "grumble"
    """Complains, or hopes for better times, and takes nothing back."""
    ASIDE = "aside"
    """Begins what is about something else."""
    SMALL = "small"
    """Says nothing by itself."""
