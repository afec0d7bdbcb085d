"""What an answer says that is made of smileys alone, drawn or put together from signs."""

import re

from mailbot.core.message import Sentiment

_GLAD = re.compile(
    r"[:;=8]['’]?[-–o^]?[)\]D]+|\^_?\^|(?<![:;=8\-(])\)+|[👍👌👏🙏💚💙💛🧡💜❤♥🙂😊☺😃😄😁😀😅😆🤗😍🥰🤩😎🎉💯⭐🌟✅☑✔]"
)
_SAD = re.compile(r"[:;=8]['’]?[-–o^]?[(\[/|]+|(?<![:;=8\-])\(+|[👎☹🙁😞😟😠😡🤬😢😭😤😖😣😩😫😒😔😕💔❌✖]")


def mood(text: str) -> Sentiment | None:
    """How content somebody is who answers in smileys and without a word; None with words, without smileys, or torn."""
    if any(character.isalnum() for character in _SAD.sub("", _GLAD.sub("", text))):
        return None
    sad, glad = len(_SAD.findall(text)), len(_GLAD.findall(_SAD.sub("", text)))
    if bool(sad) is bool(glad):
        return None
    return Sentiment.DISSATISFIED if sad else Sentiment.SATISFIED
