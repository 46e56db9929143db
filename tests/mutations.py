"""The small faults that a piece of Python can have: each swaps one node of its syntax tree for another."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

SWAPPED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or,
    ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult, ast.Mod: ast.FloorDiv, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
SWAPPED_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
# Text for people, and figures about a rule: no code goes by them.
LEFT_ALONE = {"Code", "Measured"}
# Swapped arguments make no difference, or stop every test at once.
ANY_ORDER = {"Limit", "Rule", "max", "min", "rule"}


class Mutation(NamedTuple):
    """One node to be swapped: the node that holds it, the field it stands in, and what comes in its place.

    ``function`` is the line where the outermost function around it starts, None where it stands in none.
    """

    parent: ast.AST
    field: str
    index: int | None
    old: Any
    new: Any
    function: int | None

    @property
    def line(self) -> int:
        return next(node.lineno for node in (self.old, self.parent) if hasattr(node, "lineno"))

    @property
    def before(self) -> str:
        return _shown(
            self.parent if isinstance(self.old, (ast.operator, ast.cmpop, ast.boolop)) else self.old
        )

    @property
    def after(self) -> str:
        if not isinstance(self.old, (ast.operator, ast.cmpop, ast.boolop)):
            return _shown(self.new)
        self.apply()
        shown = _shown(self.parent)
        self._put(self.old)
        return shown

    def apply(self) -> None:
        """Put the fault into the tree."""
        if isinstance(self.old, ast.AST) and hasattr(self.old, "lineno"):
            ast.copy_location(self.new, self.old)
        self._put(self.new)
        ast.fix_missing_locations(self.parent)

    def _put(self, node: Any) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutations_of(tree: ast.AST, function: int | None = None) -> Iterator[Mutation]:
    """Yield each fault that some code can have, in the order of its lines; annotations are no code."""
    around = function
    if function is None and isinstance(tree, ast.FunctionDef):
        function = min(node.lineno for node in (tree, *tree.decorator_list))
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns") or (field == "keywords" and isinstance(tree, ast.ClassDef)):
            continue
        place = around if field == "decorator_list" else function  # decorators run before any call
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_left_alone(node):
                continue
            for new in _replacements(tree, field, node):
                yield Mutation(tree, field, index, node, new, place)
            yield from mutations_of(node, place)


def _is_left_alone(node: ast.AST) -> bool:
    """Tell whether no fault in a node could be noticed: text for people, or a check that lengths are equal."""
    match node:
        case ast.Expr(ast.Constant()) | ast.ImportFrom() | ast.Import() | ast.JoinedStr():
            return True
        case ast.keyword("strict", ast.Constant(True)):
            return True
        case ast.Call(ast.Name(name)):
            return name in LEFT_ALONE
    return False


def _replacements(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    if type(node) in SWAPPED:
        yield SWAPPED[type(node)]()
    if isinstance(node, ast.expr) and field in ("test", "ifs"):
        yield ast.Constant(value=True)
        yield ast.Constant(value=False)
    if isinstance(parent, ast.Return) and not (isinstance(node, ast.Constant) and node.value is None):
        yield ast.Constant(value=None)
    if isinstance(node, ast.stmt):
        yield from _other_statements(node)
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)
    else:
        yield from _other_values(node)


def _other_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Assign([ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()


def _other_values(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(value=not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value=value + 1)
            yield ast.Constant(value=value - 1)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.BoolOp(operator, values):
            for left_out in range(len(values)):
                rest = [value for place, value in enumerate(values) if place != left_out]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest)


def _other_calls(call: ast.Call) -> Iterator[ast.Call]:
    if isinstance(call.func, ast.Name) and call.func.id in SWAPPED_NAMES:
        name = SWAPPED_NAMES[call.func.id]
        yield ast.Call(ast.Name(name, ast.Load()), call.args, [] if name == "list" else call.keywords)
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    for place in range(0 if name in ANY_ORDER else len(call.args) - 1):
        if ast.dump(call.args[place]) == ast.dump(call.args[place + 1]):
            continue
        swapped = copy.copy(call.args)
        swapped[place : place + 2] = reversed(swapped[place : place + 2])
        yield ast.Call(call.func, swapped, call.keywords)
    for keyword in call.keywords:
        if keyword.arg in ("key", "reverse"):
            yield ast.Call(call.func, call.args, [other for other in call.keywords if other is not keyword])


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:89]}…"
