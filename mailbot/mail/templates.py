"""Our mails as templates: `templates/<language>/<kind>.md`, checked as a whole, filled in one by one; owns Jinja2.

`ack_<name>.md` is an acknowledgement of the organisation's own, which rules choose.

Values are data: they are never read as Markdown, HTML or template code (see `markup`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from mailbot.core.errors import ConfigurationError, PermanentError, Problem
from mailbot.core.letters import LetterKind
from mailbot.core.lookup import Column
from mailbot.core.spelling import did_you_mean
from mailbot.mail.compiled import CompiledTemplates
from mailbot.mail.markup import parts
from mailbot.mail.samples import CASES, FULL, looked_up
from mailbot.mail.sandbox import BoundedEnvironment, Budget, Written, refuse_list
from mailbot.mail.slots import Slots
from mailbot.mail.subjects import reply, tagged
from mailbot.mail.wording import Wording, own_name
from mailbot.mail.words import Words
from mailbot.shelf import NO_SHELF, Shelf

_SUBJECT = "Subject:"
_QUOTED_NAME = re.compile(r"'(\w+)'")
_OWN_ACKNOWLEDGEMENT = "ack_"
_DRAFT = "_draft.md"
_GLOBALS = frozenset({"words", "loop"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in words: its subject on one line, and its text in two forms."""

    subject: str
    text: str
    html: str


class Templates:
    """All templates of a desk, compiled once; its first language stands in for any that it does not speak."""

    def __init__(
        self,
        folder: Path,
        *,
        languages: tuple[str, ...],
        zone: str,
        columns: tuple[Column, ...] = (),
        shelf: Shelf = NO_SHELF,
    ) -> None:
        """Raises ConfigurationError with every syntax error, missing template and missing word, by file and line.

        `columns` are what can be looked up. Compiled templates are put by on `shelf`.
        """
        words = {code: Words.load(folder / code / "words.yaml") for code in languages}
        problems = [p for own in words.values() for p in (*own.problems, *own.compared(words.values()))]
        if problems:
            raise ConfigurationError(problems)
        layout = _Layout(folder, shelf)
        own = sorted({file.stem for code in languages for file in (folder / code).glob(f"{_OWN_ACKNOWLEDGEMENT}*.md")})
        self._looked_up = looked_up(columns)
        self._languages = {
            code: _Language(folder / code, words[code], zone, layout, own, self._looked_up, shelf) for code in languages
        }
        self._fallback = self._languages[languages[0]]
        problems = [p for language in self._languages.values() for p in language.problems]
        if problems:
            raise ConfigurationError(problems)
        self._last_draft: tuple[object, str] = (None, "")
        self.acknowledgements = (LetterKind.ACKNOWLEDGEMENT.value, *own)
        self.details = tuple(self._fallback.words.sections["ask"])

    def has(self, language: str) -> bool:
        """Whether the desk writes in this language."""
        return language in self._languages

    def render(self, kind: str, language: str, values: Mapping[str, object]) -> Rendered:
        """One mail; PermanentError with file and line if the template and the values do not fit together."""
        tongue = self._languages.get(language, self._fallback)
        try:
            return tongue.render(kind, values)
        except Exception as error:
            raise PermanentError(str(tongue.problem(error, values))) from error

    def draft(self, language: str, values: Mapping[str, object]) -> str:
        """The answer that a notification proposes, as text; PermanentError as above."""
        tongue = self._languages.get(language, self._fallback)
        key = (language, tuple(values.items()))
        known, text = self._last_draft  # all who hear of a case hear of the same draft, one after the other
        if known == key:
            return text
        try:
            self._last_draft = (key, tongue.draft(values))
            return self._last_draft[1]
        except Exception as error:
            raise PermanentError(str(tongue.problem(error, values))) from error

    def sample(self, kind: str) -> Mapping[str, object]:
        """The values of an invented case, to show a template with."""
        return {**FULL[kind_of(kind)], **self._looked_up[0]}

    @property
    def names(self) -> tuple[str, ...]:
        """Every template by name."""
        return (*LetterKind, *self.acknowledgements[1:])

    def check(self) -> tuple[Problem, ...]:
        """What would fail when mails are written: unknown names, and whatever breaks with a full or a bare case."""
        return tuple(sorted({p for language in self._languages.values() for p in language.check()}))


class _Layout:
    """The HTML page around every mail."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        compiled = CompiledTemplates(folder, shelf)
        environment = BoundedEnvironment(_loader(folder), bytecode_cache=compiled, autoescape=True)
        environment.filters["safe"] = Markup
        template, problems = _compiled(environment, folder, "layout.html")
        if template is None:
            raise ConfigurationError(problems)
        self._template = template

    def page(self, body: str, *, language: str, right_to_left: bool, subject: str) -> str:
        """The whole page; `body` is HTML."""
        direction = "rtl" if right_to_left else "ltr"
        return self._template.render(body=body, language=language, direction=direction, subject=subject)


class _Language:
    """The templates of one language."""

    def __init__(
        self,
        folder: Path,
        words: Words,
        zone: str,
        layout: _Layout,
        own: Iterable[str],
        looked_up: Sequence[Mapping[str, object]],
        shelf: Shelf,
    ) -> None:
        self._folder, self.words, self._layout, self._looked_up = folder, words, layout, looked_up
        about = words.sections["about"]
        try:
            self._wording = Wording.of(about, zone)
        except ValueError as error:
            raise ConfigurationError([Problem(words.file, about.line, 1, str(error))]) from error
        self._environment = _environment(folder, self._wording, shelf)
        names = (*LetterKind, *own)
        compiled = {name: _compiled(self._environment, folder, f"{name}.md") for name in names}
        self._letters = {str(name): template for name, (template, _) in compiled.items() if template}
        # What others include is compiled now too: afterwards no file is looked at again, whoever edits it.
        shared = [_compiled(self._environment, folder, path.name) for path in sorted(folder.glob("_*.md"))]
        self.problems = tuple(p for _, problems in (*compiled.values(), *shared) for p in problems)

    def render(self, kind: str, values: Mapping[str, object], *, strict: bool = False) -> Rendered:
        """One mail in this language."""
        slots = Slots(right_to_left=self._wording.right_to_left, strict=strict)
        own = {"words": self.words.sections, "_slots": slots, "_budget": Budget()}
        source = self._letters[str(kind)].render({**values, **own})
        head, _, body = source.partition("\n")
        subject = slots.plain(head.removeprefix(_SUBJECT))
        text, html = parts(body, slots)
        page = self._layout.page(
            html, language=self._folder.name, right_to_left=self._wording.right_to_left, subject=subject
        )
        return Rendered(subject, text, page)

    def draft(self, values: Mapping[str, object]) -> str:
        """The draft of an answer in this language."""
        slots = Slots(right_to_left=self._wording.right_to_left)
        own = {"words": self.words.sections, "_slots": slots, "_budget": Budget()}
        source = self._environment.get_template(_DRAFT).render({"draft": values, **own})
        return parts(source, slots)[0].strip()

    def check(self) -> Iterator[Problem]:
        """Every problem of every template, found by reading it and by trying it on invented cases."""
        for kind in self._letters:
            unknown = tuple(self._unknown_names(kind))
            yield from unknown
            told = {(problem.file, problem.line) for problem in unknown}
            for number, case in enumerate(CASES[kind_of(kind)]):
                problem = self._failure(kind, {**case, **self._looked_up[min(number, 1)]})
                if problem and (problem.file, problem.line) not in told:
                    yield problem

    def _failure(self, kind: str, values: Mapping[str, object]) -> Problem | None:
        """Why a template cannot be written with these values."""
        try:
            self.render(kind, values, strict=True)
        except Exception as error:
            return self.problem(error, values)
        return None

    def problem(self, error: Exception, values: Mapping[str, object]) -> Problem:
        """Where in a template something failed, and why."""
        file, line = str(self._folder), 1
        trace = error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename.startswith(str(self._folder)):
                file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
            trace = trace.tb_next
        name = _QUOTED_NAME.search(str(error))
        return Problem(file, line, 1, str(error) + (did_you_mean(name[1], values) if name else ""))

    def _unknown_names(self, kind: str) -> Iterator[Problem]:
        path = self._folder / f"{kind}.md"
        tree = self._environment.parse(path.read_text("utf-8-sig"))
        own = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        known = FULL[kind_of(kind)].keys() | _GLOBALS | own
        for name in tree.find_all(nodes.Name):
            if name.name not in known:
                message = f"there is no value `{name.name}` in a mail of this kind" + did_you_mean(name.name, known)
                yield Problem(str(path), name.lineno, 1, message)
        for section in tree.find_all(nodes.Getattr):
            of_words = isinstance(section.node, nodes.Name) and section.node.name == "words"
            if of_words and section.attr not in self.words.sections:
                message = f"{self.words.file} has no section `{section.attr}`"
                yield Problem(str(path), section.lineno, 1, message + did_you_mean(section.attr, self.words.sections))


def kind_of(template: str) -> LetterKind:
    """The kind of mail that a template is for: an organisation's own ones are acknowledgements."""
    return LetterKind.ACKNOWLEDGEMENT if template.startswith(_OWN_ACKNOWLEDGEMENT) else LetterKind(template)


def _loader(folder: Path) -> FileSystemLoader:
    return FileSystemLoader(folder, encoding="utf-8-sig")


def _environment(folder: Path, wording: Wording, shelf: Shelf) -> BoundedEnvironment:
    compiled = CompiledTemplates(folder, shelf)
    environment = BoundedEnvironment(_loader(folder), bytecode_cache=compiled, finalize=_into_slot)
    environment.filters |= {
        "day": wording.day,
        "moment": wording.moment,
        "money": wording.money,
        "percent": wording.percent,
        "period": wording.period,
        "size": wording.size,
        "plural": wording.plural,
        "language_name": wording.language_name,
        "own_name": own_name,
        "reply": reply,
        "tagged": tagged,
    }
    return environment


@pass_context
def _into_slot(context: Context, value: object) -> str:
    slots: Slots = context.parent["_slots"]
    if type(value) is str:  # as most are
        return slots.put(value)
    if isinstance(value, StrictUndefined):
        return str(value)
    if isinstance(value, Written):
        return value
    refuse_list(value)
    return slots.put(value)


def _compiled(environment: BoundedEnvironment, folder: Path, name: str) -> tuple[Template | None, tuple[Problem, ...]]:
    path = str(folder / name)
    try:
        template = environment.get_template(name)
    except TemplateNotFound:
        return None, (Problem(path, 1, 1, "this template is missing"),)
    except TemplateSyntaxError as error:
        word = _QUOTED_NAME.search(str(error.message))
        hint = did_you_mean(word[1], environment.filters) if word else ""
        return None, (Problem(path, error.lineno, 1, f"{error.message}{hint}"),)
    except UnicodeDecodeError as error:
        return None, (Problem(path, 1, 1, f"this is not UTF-8: {error}"),)
    is_letter = name.endswith(".md") and not name.startswith("_")
    if is_letter and not (folder / name).read_text("utf-8-sig").startswith(_SUBJECT):
        return template, (Problem(path, 1, 1, f'the first line must be "{_SUBJECT} …" and the second one empty'),)
    return template, ()
