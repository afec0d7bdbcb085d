"""Whether a number counts things, as far as the word behind it tells."""

import re

from mailbot.reading.figures.lexicon import lexicon

_NEXT = re.compile(r"[ \u200c-]?(?P<word>[^\W\d_]+)|[ ]?(?P<times>[×x*/+=²])")


def counts_things(text: str, ends: int) -> bool:
    """Whether behind a number that ends there a noun follows, of which it says how many, or a sign such as ×."""
    following = _NEXT.match(text, ends)
    if following is None:
        return False
    return bool(following["times"]) or following["word"].lower() not in lexicon().free
