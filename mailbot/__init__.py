"""mailbot turns a support mailbox into a complaint desk, by mail alone."""

__version__ = "0.1.0"
