"""The room that understands mail: bytes in, a Reading out; pure, without input, output or clock."""

from mailbot.reading.reader import Hints, Reader, UnreadableMail
from mailbot.reading.vocabulary import Vocabulary, mentions

__all__ = ["Hints", "Reader", "UnreadableMail", "Vocabulary", "mentions"]
