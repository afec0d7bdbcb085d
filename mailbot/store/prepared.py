"""Statements whose shape is fixed: compiled once for each kind of database, then handed straight to its driver.

SQLAlchemy makes their text, and turns values into what the driver takes and back. What it does besides at every
execution costs ten times as much as the execution itself, and is left out.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import iterate

Values: TypeAlias = Mapping[str, Any]
_Convert: TypeAlias = Callable[[Any], Any]


class Row(Protocol):
    """A row of a result, as a tuple and by the names of its columns."""

    def __getattr__(self, name: str) -> Any: ...
    def __getitem__(self, place: int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """All rows that a statement has given, and how many it has found or changed."""

    rows: Sequence[Row]
    rowcount: int

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def all(self) -> Sequence[Row]:
        """The rows."""
        return self.rows

    def first(self) -> Row | None:
        """The first row, if there is one."""
        return self.rows[0] if self.rows else None

    def one(self) -> Row:
        """The only row; ValueError where there is another number of them."""
        (row,) = self.rows
        return row

    def scalar(self) -> Any:
        """The first value of the first row; None where there is no row."""
        return self.rows[0][0] if self.rows else None

    def scalar_one(self) -> Any:
        """The first value of the only row; ValueError where there is another number of them."""
        return self.one()[0]


class Prepared:
    """A statement to be built once, at the top of a module, and told its values at every execution.

    A list of values is filled up with its last one, so that few lengths have a text of their own.
    """

    __slots__ = ("_forms", "_lists", "_of_rows", "_statement", "writes")

    def __init__(self, statement: Any, *, of_rows: bool = False) -> None:
        """`of_rows`: it writes those columns that a row has, every time."""
        self._statement = statement
        self.writes = written_by(statement)
        self._of_rows = of_rows
        binds = (one for one in iterate(statement) if isinstance(one, BindParameter))
        self._lists = tuple(one.key for one in binds if one.expanding and one.required)
        self._forms: dict[tuple[object, ...], _Form] = {}

    def ready(self, dialect: sa.Dialect, values: Values | Sequence[Values]) -> "Ready":
        """The statement with its values, to be carried out once or, for a sequence, once for each of them.

        Errors are what a type of column says to a value.
        """
        if not isinstance(values, Mapping):
            form = self._form(dialect, values[0])
            return Ready(form, [form.given(row) for row in values], many=True)
        if self._lists:
            values = {**values, **{name: _filled_up(values[name]) for name in self._lists}}
        form = self._form(dialect, values)
        return Ready(form, form.given(values), many=False)

    def _form(self, dialect: sa.Dialect, values: Values) -> "_Form":
        shape = (*values,) if self._of_rows else tuple([len(values[name]) for name in self._lists])
        form = self._forms.get((dialect.name, shape))
        if form is None:
            form = _form_of(self._statement, dialect, [*values] if self._of_rows else None, values)
            self._forms[dialect.name, shape] = form
        return form


class Ready(NamedTuple):
    """A statement and its values as the driver takes them, which `given` are; of `many` rows for one that is many."""

    form: "_Form"
    given: Any
    many: bool

    def send(self, driver: Any) -> Any:
        """Hand it to the driver (PEP 249); the cursor that gets the answer. Errors are those of the driver."""
        cursor = driver.cursor()
        if self.many:
            cursor.executemany(self.form.text, self.given)
        else:
            cursor.execute(self.form.text, self.given)
        return cursor

    def answer(self, cursor: Any) -> Answer:
        """What has come back, once all of it has."""
        rows = self.form.rows(cursor.fetchall()) if self.form.row and not self.many else ()
        return Answer(rows, cursor.rowcount)


def carry_out(driver: Any, statements: Sequence[Ready]) -> Answer:
    """The answer to the last of these statements; several, which only PostgreSQL takes, go to it at once.

    The error of the first that fails is raised, and none of those behind it has then been carried out.
    """
    last = statements[-1]
    if len(statements) == 1:
        return last.answer(last.send(driver))
    with driver.pipeline():
        cursors = [one.send(driver) for one in statements]
    return last.answer(cursors[-1])


def written_by(statement: Any) -> sa.Table | None:
    """The table whose rows a statement adds, changes or removes, if it does."""
    table = statement.table if isinstance(statement, sa.Insert | sa.Update | sa.Delete) else None
    return table if isinstance(table, sa.Table) else None


@dataclass(frozen=True, slots=True)
class _Form:
    """The text of a statement for one kind of database, and how values are converted for it, and rows from it.

    `takes` names the values in the order of the text, `lists` those that stand for one list each.
    """

    text: str
    named: bool
    takes: Sequence[tuple[str, _Convert | None]]
    lists: Mapping[str, Sequence[str]]
    constants: Values
    row: Callable[[Sequence[Any]], Row] | None
    converts: Sequence[tuple[int, _Convert]]

    def given(self, values: Values) -> Any:
        """The values as the driver takes them."""
        if self.constants or self.lists:
            every = {**self.constants, **values}
            for name, each in self.lists.items():
                every.update(zip(each, values[name], strict=True))
            values = every
        if self.named:
            return {name: values[name] if convert is None else convert(values[name]) for name, convert in self.takes}
        return tuple([values[name] if convert is None else convert(values[name]) for name, convert in self.takes])

    def rows(self, found: Sequence[Sequence[Any]]) -> Sequence[Row]:
        """The rows as our types read them."""
        assert self.row is not None
        return [self.row(self._converted(row)) for row in found] if self.converts else [*map(self.row, found)]

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = [*row]
        for place, convert in self.converts:
            values[place] = convert(values[place])
        return values


def _form_of(statement: Any, dialect: sa.Dialect, columns: list[str] | None, values: Values) -> _Form:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    binds = {name: one for one, name in compiled.bind_names.items()}
    fixed = {name: one.value for name, one in binds.items() if not one.required}
    fixed |= {column.key: column.default.arg for column in getattr(compiled, "insert_prefetch", ())}
    state = compiled.construct_expanded_state({**fixed, **values})
    list_of = {each: name for name, all_ in state.parameter_expansion.items() for each in all_}
    order = state.parameters if state.positiontup is None else state.positiontup
    types = ((name, binds[list_of.get(name, name)].type.dialect_impl(dialect)) for name in order)
    given = [*getattr(statement, "exported_columns", ())]
    of_driver = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in given)
    return _Form(
        text=state.statement,
        named=state.positiontup is None,
        takes=tuple((name, type_.bind_processor(dialect)) for name, type_ in types),
        lists={name: all_ for name, all_ in state.parameter_expansion.items() if name not in fixed},
        constants={name: state.parameters[name] for name in order if list_of.get(name, name) in fixed},
        row=_row_of([column.name for column in given]) if given else None,
        converts=tuple((n, convert) for n, convert in enumerate(of_driver) if convert),
    )


def _row_of(names: list[str]) -> Callable[[Sequence[Any]], Row]:
    row: Any = namedtuple("Row", names)  # type: ignore[misc]
    return cast("Callable[[Sequence[Any]], Row]", row._make)


def _filled_up(values: Sequence[Any]) -> Sequence[Any]:
    """The values and, up to a power of two, the last of them again: what is `IN` them stays the same."""
    length = len(values)
    missing = (1 << (length - 1).bit_length()) - length if length else 0
    return [*values, *[values[-1]] * missing] if missing else values
