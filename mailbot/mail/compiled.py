"""Keeps templates compiled for whoever reads the same ones again: of an edited folder only what was edited is new."""

import marshal
from pathlib import Path
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from mailbot.shelf import Shelf, name_of

_MOST = 2_000

_at_hand: dict[tuple[str, str], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """Compiled templates by name and source; those of one name and source are the same wherever their `folder` lies."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self._folder, self._shelf = folder, shelf

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # as in Jinja2
        """The name alone, whatever the file."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket what is at hand, under the name of this folder's file, which errors tell."""
        if code := _at_hand.get((bucket.key, bucket.checksum)) or self._put_by(bucket):
            bucket.code = code.replace(co_filename=str(self._folder / bucket.key))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code:
            _keep(bucket, bucket.code)
            self._shelf.put(_name_of(bucket), marshal.dumps(bucket.code))

    def _put_by(self, bucket: Bucket) -> CodeType | None:
        content = self._shelf.get(_name_of(bucket))
        if content is None:
            return None
        code: CodeType = marshal.loads(content)  # noqa: S302  (the shelf is ours alone)
        _keep(bucket, code)
        return code


def _keep(bucket: Bucket, code: CodeType) -> None:
    if len(_at_hand) < _MOST:
        _at_hand[bucket.key, bucket.checksum] = code


def _name_of(bucket: Bucket) -> str:
    return name_of("template", bucket.key, bucket.checksum)
