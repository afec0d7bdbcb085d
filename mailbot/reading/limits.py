"""What reading one mail may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many mails are read at the same time, and what each may take: seconds of CPU, and bytes of memory."""

    workers: int = 2
    seconds: int = 20
    memory: int = 1_000_000_000
