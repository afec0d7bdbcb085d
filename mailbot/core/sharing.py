"""How daemons share mailboxes: which of those that are free one takes, and which of its own it leaves to others."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# So long those who have less may help themselves first.
_COURTESY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What to take, in this order, and what to let go."""

    take: tuple[str, ...] = ()
    let_go: tuple[str, ...] = ()


def sharing(
    me: str,
    held: Mapping[str, str],
    free_since: Mapping[str, datetime],
    living: Collection[str],
    now: datetime,
) -> Sharing:
    """The next step towards equal shares. `held` says which living daemon holds a mailbox, of all that are not free.

    Nobody lets go for a difference of one, so that no mailbox goes to and fro. What nobody wants for some seconds is
    taken by whoever sees it.
    """
    counts = Counter(dict.fromkeys({*living, me}, 0))
    counts.update(holder for holder in held.values())
    mine, fewest = counts[me], min(counts.values())
    share, rest = divmod(len(held) + len(free_since), len(counts))
    if mine > share + bool(rest) or mine >= fewest + 2:
        most = share if not rest or mine == share + 1 else share + 1
        return Sharing(let_go=tuple(sorted(name for name, holder in held.items() if holder == me)[most:]))
    wanted = sorted(free_since, key=lambda name: (free_since[name], name))
    due = max(0, share - mine)
    take, others = wanted[:due], wanted[due:]
    if not take and others and mine <= fewest:
        take = others[:1]
    take += [name for name in others if free_since[name] <= now - _COURTESY and name not in take]
    return Sharing(take=tuple(take))
