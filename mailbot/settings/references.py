"""`${NAME}`, `${file:PATH}` and `${command:…}` in the values of a file: secrets that stand elsewhere."""

import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template
from typing import Any

from mailbot.core.errors import Problem
from mailbot.yaml_file import At, YamlFile, described

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_COMMAND_SECONDS = 30
_SHORTEST_SECRET = 6  # a shorter word may well stand in the words of a message by itself


@dataclass(frozen=True, slots=True)
class Resolved:
    """A file whose references are replaced. Unresolved ones stand as they were written."""

    file: YamlFile
    references: frozenset[At]
    unresolved: frozenset[At]
    problems: tuple[Problem, ...]
    written: Mapping[str, str] = field(default_factory=dict, repr=False)

    def masked(self, problem: Problem) -> Problem:
        """The problem in words that name a reference instead of what it stands for, which may be a secret."""
        message = problem.message
        for value, reference in sorted(self.written.items(), key=lambda item: len(item[0]), reverse=True):
            message = message.replace(described(value), described(reference))
            if len(value) >= _SHORTEST_SECRET:
                message = reference.join(re.split(rf"(?<!\w){re.escape(value)}(?!\w)", message))
        return replace(problem, message=message)


def resolve(file: YamlFile, folder: Path, environ: Mapping[str, str], *, secrets: bool) -> Resolved:
    """Replace every reference. Without `secrets` no file and no command is touched and nothing need be set."""
    resolver = _Resolver(file, folder, environ, secrets)
    data = resolver.value(file.data, ())
    return Resolved(
        replace(file, data=data),
        frozenset(resolver.references),
        frozenset(resolver.unresolved),
        tuple(resolver.problems),
        resolver.written,
    )


@dataclass(slots=True)
class _Resolver:
    file: YamlFile
    folder: Path
    environ: Mapping[str, str]
    secrets: bool
    references: set[At] = field(default_factory=set)
    unresolved: set[At] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)

    def value(self, value: Any, at: At) -> Any:
        """The value with its references replaced, however deep they stand."""
        if isinstance(value, dict):
            return {key: self.value(inner, (*at, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, (*at, index)) for index, inner in enumerate(value)]
        if isinstance(value, str) and _REFERENCE.search(value):
            self.references.add(at)
            resolved = _REFERENCE.sub(lambda reference: self._replacement(reference, at), value)
            if resolved != value:
                self.written[resolved] = value
            return resolved
        return value

    def _replacement(self, reference: re.Match[str], at: At) -> str:
        try:
            found = self._look_up(reference[1])
        except LookupError as error:
            self.unresolved.add(at)
            if self.secrets:
                self.problems.append(self.file.problem(at, f"{reference[0]}: {error.args[0]}"))
            return reference[0]
        self.written[found] = reference[0]
        return found

    def _look_up(self, name: str) -> str:
        source, colon, argument = name.partition(":")
        if not colon:
            if name not in self.environ:
                raise LookupError("this environment variable is not set")
            return self.environ[name]
        if source not in {"file", "command"}:
            raise LookupError("expected ${NAME}, ${file:PATH} or ${command:PROGRAM ARGUMENT …}")
        if not self.secrets:
            raise LookupError("not asked for")
        return self._file(argument) if source == "file" else _output(argument)

    def _file(self, written: str) -> str:
        # systemd hands credentials over in a folder that it names in a variable: ${file:$CREDENTIALS_DIRECTORY/imap}
        path = self.folder / Template(written).safe_substitute(self.environ)
        try:
            return path.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise LookupError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _output(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, check=True, text=True, timeout=_COMMAND_SECONDS
        )
    except subprocess.CalledProcessError as error:
        complaint = next(iter(error.stderr.splitlines()), "without a word")
        raise LookupError(f"the command failed ({error.returncode}): {complaint}") from None
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        raise LookupError(f"the command cannot be run: {error}") from None
    return done.stdout.rstrip("\r\n")
