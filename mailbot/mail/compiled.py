"""Keeps templates compiled for whoever reads the same ones again: of an edited folder only what was edited is new."""

from pathlib import Path
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

_MOST = 2_000

_at_hand: dict[tuple[str, str], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """Compiled templates by name and source; those of one name and source are the same wherever their `folder` lies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # as in Jinja2
        """The name alone, whatever the file."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket what is at hand, under the name of this folder's file, which errors tell."""
        if code := _at_hand.get((bucket.key, bucket.checksum)):
            bucket.code = code.replace(co_filename=str(self._folder / bucket.key))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code and len(_at_hand) < _MOST:
            _at_hand[bucket.key, bucket.checksum] = bucket.code
