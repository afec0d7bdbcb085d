"""Where templates run: no way out, and an end to everything. Loops, calls and texts cost, and a mail has only so much.

Beside `templates` and `compiled`, the only user of Jinja2.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateAssertionError
from jinja2.loaders import BaseLoader
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

_MOST_STEPS = 100_000
_LONGEST = 100_000
_LARGEST = 10**15
_CHARACTERS_A_STEP = 200
_LISTS = (list, tuple, dict, set, frozenset)
_SPEND, _JOINED, _WRITTEN = "_spend", "_joined", "_written"
_FILTERS = frozenset(
    {
        *("abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items"),
        *("last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round"),
        *("select", "selectattr", "sort", "striptags", "sum", "title", "trim", "truncate", "unique"),
        *("upper", "wordcount"),
    }
)
"""Those of Jinja2's own that give no more than they take."""
_METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(
        {
            *("capitalize", "casefold", "endswith", "lower", "lstrip", "partition", "removeprefix", "removesuffix"),
            *("rpartition", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper"),
        }
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
}


class Written(str):
    """What a macro or a `{% set %}` block has written: a piece of the mail, not a value to be put into it."""

    __slots__ = ()


class Budget:
    """What one mail may still cost."""

    def __init__(self) -> None:
        self._steps = _MOST_STEPS

    def spend(self, steps: int = 1) -> None:
        """SecurityError when nothing is left."""
        self._steps -= steps
        if self._steps < 0:
            raise SecurityError("this template goes on for too long: is there a loop or a macro without an end?")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which nothing goes on for ever and nothing grows without bounds.

    Templates are to be rendered with a `Budget` under the name `_budget`.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, loader: BaseLoader, **options: Any) -> None:
        super().__init__(loader=loader, undefined=StrictUndefined, auto_reload=False, cache_size=-1, **options)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {"join": _joined, "replace": _replaced, _SPEND: _spend, _JOINED: _joined, _WRITTEN: Written}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:  # as in Jinja2
        """None: a mail has its own values alone, and every context would copy them."""
        return {} if d is None else d

    def getattr(self, obj: Any, attribute: str) -> Any:  # as in Jinja2
        """What words and plain data are made of, at once; everything else is looked at by the sandbox."""
        if type(obj) is dict and attribute in obj and not hasattr(dict, attribute):
            return obj[attribute]
        if attribute in getattr(type(obj), "__dataclass_fields__", ()) and attribute[0] != "_":
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, `loop`, and what texts and mappings can be asked without growing."""
        owner = getattr(obj, "__self__", None)
        if isinstance(obj, Macro | LoopContext) or isinstance(owner, LoopContext):
            return True
        return any(isinstance(owner, kind) and obj.__name__ in names for kind, names in _METHODS.items())

    def call(self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # as in Jinja2
        """Call it if that is safe; each call costs."""
        _spend_in(__context)
        found = super().call(__context, __obj, *args, **kwargs)
        return Written(found) if isinstance(__obj, Macro | LoopContext) else found

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic with numbers of a human size, and texts and lists put together."""
        if operator == "+" and isinstance(left, str | list | tuple) and isinstance(right, str | list | tuple):
            _refuse_long(len(left) + len(right))
        elif operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            kinds = f"{type(left).__name__} and {type(right).__name__}"
            raise SecurityError(f"templates do not calculate {kinds} with {operator}")
        found = super().call_binop(context, operator, left, right)
        if isinstance(found, int | float) and abs(found) > _LARGEST:
            raise SecurityError("this number becomes too large")
        return found

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        return super()._generate(_Costs(self).visit(source), *arguments, **options)


class _Costs(NodeTransformer):
    """Makes each round of a loop and each macro cost as much as it writes, and `~` measure what it makes."""

    def __init__(self, environment: BoundedEnvironment) -> None:
        self._environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:
        return self._costly(node, node.body)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        return self._costly(node, node.body)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        return self._costly(node, node.body)

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:
        self.generic_visit(node)
        node.filter = node.filter or nodes.Filter(None, _WRITTEN, [], [], None, None)
        self._placed(node.filter, node)
        return node

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> nodes.Node:
        raise TemplateAssertionError("`{% filter %}` is not possible: put the filter behind each value", node.lineno)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return self._filter(nodes.List(node.nodes), _JOINED, [], node)

    def _costly(self, node: nodes.Node, body: list[nodes.Node]) -> nodes.Node:
        self.generic_visit(node)
        written = sum(len(data.data) for part in body for data in part.find_all(nodes.TemplateData))
        steps = nodes.Const(1 + written // _CHARACTERS_A_STEP)
        body.insert(0, self._placed(nodes.ExprStmt(self._filter(nodes.Const(None), _SPEND, [steps], node)), node))
        return node

    def _filter(self, value: nodes.Expr, name: str, arguments: list[nodes.Expr], near: nodes.Node) -> nodes.Expr:
        made = nodes.Filter(value, name, arguments, [], None, None)
        self._placed(made, near)
        return made

    def _placed(self, node: nodes.Node, near: nodes.Node) -> nodes.Node:
        return node.set_lineno(near.lineno).set_environment(self._environment)


@pass_context
def _spend(context: Context, _value: object, steps: int) -> None:
    _spend_in(context, steps)


def _spend_in(context: Context, steps: int = 1) -> None:
    budget = context.get("_budget")
    if isinstance(budget, Budget):
        budget.spend(steps)


def _joined(parts: Iterable[object], between: str = "") -> str:
    """The parts as one text; measured while it grows."""
    texts: list[str] = []
    length = 0
    for part in parts:
        texts.append(_text(part))
        length += len(texts[-1]) + len(between)
        _refuse_long(length)
    return between.join(texts)


def _replaced(value: object, old: str, new: str) -> str:
    text = _text(value)
    _refuse_long(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def refuse_list(value: object) -> None:
    """ValueError for a list or a mapping where a value is printed: no reader could make sense of it."""
    if isinstance(value, _LISTS):
        raise ValueError("this prints a list; expected `{% for … in … %}`")  # noqa: TRY004  # the value is wrong here


def _text(value: object) -> str:
    refuse_list(value)
    if isinstance(value, Written):
        raise TypeError("what a macro or a `{% set %}` block has written can be printed, and nothing else")
    return str(value)


def _refuse_long(length: int) -> None:
    if length > _LONGEST:
        raise SecurityError("this text or list becomes too long")
