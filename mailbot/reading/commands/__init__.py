"""The commands that an agent wrote above an answer: lines that begin with # at the top of the new text."""

from mailbot.reading.commands.parsing import parse_commands, strip_commands_html

__all__ = ["parse_commands", "strip_commands_html"]
