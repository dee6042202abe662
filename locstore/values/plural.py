"""Plural-Forms: the C expression of a catalog's header, parsed and evaluated without eval.

The grammar is GNU gettext's: `n`, decimal numbers, `? :`, `||`, `&&`, comparisons, `+ - * / %`, `!` and
parentheses, in unsigned arithmetic (GNU gettext manual, "Translating plural forms").
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator

MAX_FORMS = 10
"""Plural forms: CLDR has at most six, and polib reads one digit between the brackets."""

MAX_TOKENS = 400
"""Tokens of one expression; the longest in use, for Breton and Maltese, have fewer than 150."""

MAX_DEPTH = 60
"""Nested parentheses, negations and conditionals."""

_HEADER = re.compile(r"nplurals=[ \t]*([0-9]+)[ \t]*;[ \t\n]*plural=([^;]*);?.*", re.DOTALL)
_TOKEN = re.compile(r"[ \t\n]*([0-9]+|n(?![A-Za-z0-9_])|\|\||&&|[=!<>]=|[<>+\-*/%!?:()])")
_WORD = 2**64  # unsigned long
_PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip

Evaluator = Callable[[int], int]


class PluralFormsError(ValueError):
    """A Plural-Forms header that cannot be used; the message says why."""


@dataclasses.dataclass(frozen=True, slots=True)
class PluralRule:
    """A parsed Plural-Forms header.

    `single` are the forms that exactly one number selects (Arabic 0, 1 and 2; English 1), as far as
    `sample_numbers()` reach; `unused` are the forms that none selects.
    """

    nplurals: int
    expression: str
    evaluate: Evaluator = dataclasses.field(repr=False, compare=False)
    single: frozenset[int] = frozenset()
    unused: frozenset[int] = frozenset()

    def index(self, n: int) -> int:
        """The form, from 0, for `n` things. Raises PluralFormsError if it is not one of the forms."""
        if n < 0:
            raise ValueError(f"a count is not negative: {n}")
        form = self.evaluate(n % _WORD)
        if form >= self.nplurals:
            last = self.nplurals - 1
            raise PluralFormsError(
                f"the expression gives form {form} for n={n}; nplurals={self.nplurals} allows 0 to {last}"
            )
        return form


def default_plural_rule() -> PluralRule:
    """What gettext assumes for a catalog without Plural-Forms."""
    return parse_plural_forms("nplurals=2; plural=(n != 1);")


def sample_numbers() -> Iterator[int]:
    """The counts that every rule is tried on: 0 to 200, then steps of 1,000, then of 1,000,000."""
    yield from range(201)
    yield from range(1_000, 100_001, 1_000)
    yield from range(1_000_000, 5_000_001, 1_000_000)


@functools.lru_cache(maxsize=256)
def parse_plural_forms(header: str) -> PluralRule:
    """Read `nplurals=2; plural=(n != 1);`. Raises PluralFormsError."""
    match = _HEADER.fullmatch(header.strip())
    if match is None:
        raise PluralFormsError("it must read `nplurals=NUMBER; plural=EXPRESSION;`")
    digits, expression = match[1], match[2].strip()
    if len(digits) > 4 or not 1 <= int(digits) <= MAX_FORMS:
        raise PluralFormsError(f"nplurals={digits[:20]} is not a number from 1 to {MAX_FORMS}")
    rule = PluralRule(int(digits), expression, _Parser(expression).parse())
    selected = Counter(rule.index(n) for n in sample_numbers())
    return dataclasses.replace(
        rule,
        single=frozenset(form for form, times in selected.items() if times == 1),
        unused=frozenset(range(rule.nplurals)) - set(selected),
    )


class _Parser:
    """Precedence climbing; each rule returns a function of n."""

    def __init__(self, expression: str) -> None:
        self.tokens = _tokens(expression)
        self.position = 0
        self.depth = 0

    def parse(self) -> Evaluator:
        whole = self.conditional()
        if self.position < len(self.tokens):
            raise PluralFormsError(f"“{self.tokens[self.position]}” is not expected there in the expression")
        return whole

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise PluralFormsError("the expression ends too early")
        self.position += 1
        return token

    def expect(self, wanted: str) -> None:
        if (token := self.take()) != wanted:
            raise PluralFormsError(f"the expression has “{token}” where “{wanted}” belongs")

    def nested(self, rule: Callable[[], Evaluator]) -> Evaluator:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PluralFormsError("the expression is nested too deeply")
        inner = rule()
        self.depth -= 1
        return inner

    def conditional(self) -> Evaluator:
        condition = self.binary(1)
        if self.peek() != "?":
            return condition
        self.take()
        yes = self.nested(self.conditional)
        self.expect(":")
        no = self.nested(self.conditional)
        return lambda n: yes(n) if condition(n) else no(n)

    def binary(self, level: int) -> Evaluator:
        left = self.unary()
        while (precedence := _PRECEDENCE.get(self.peek(), 0)) >= level:
            symbol = self.take()
            left = _operation(symbol, left, self.binary(precedence + 1))
        return left

    def unary(self) -> Evaluator:
        symbol = self.take()
        if symbol == "!":
            operand = self.nested(self.unary)
            return lambda n: int(not operand(n))
        if symbol == "(":
            inner = self.nested(self.conditional)
            self.expect(")")
            return inner
        if symbol == "n":
            return lambda n: n
        if symbol.isdigit():
            number = int(symbol) % _WORD
            return lambda _: number
        raise PluralFormsError(f"the expression has “{symbol}” where a number or n belongs")


def _tokens(expression: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            bad = expression[position:].split(maxsplit=1)[0][:20]
            raise PluralFormsError(f"“{bad}” in the expression is neither n, a number nor an operator")
        tokens.append(match[1])
        if len(tokens) > MAX_TOKENS or len(match[1]) > 20:
            raise PluralFormsError("the expression is too long")
        position = match.end()
    return tokens


def _operation(symbol: str, left: Evaluator, right: Evaluator) -> Evaluator:
    # C stops as soon as the result is known: `n == 0 || 10 / n == 2` never divides by zero.
    if symbol == "||":
        return lambda n: int(bool(left(n)) or bool(right(n)))
    if symbol == "&&":
        return lambda n: int(bool(left(n)) and bool(right(n)))
    if symbol in "/%":
        divide = operator.floordiv if symbol == "/" else operator.mod

        def division(n: int) -> int:
            divisor = right(n)
            if divisor == 0:
                raise PluralFormsError(f"the expression divides by zero for n={n}")
            return int(divide(left(n), divisor))

        return division
    function: Callable[[int, int], int] = {
        "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le,
        ">=": operator.ge, "+": operator.add, "-": operator.sub, "*": operator.mul,
    }[symbol]  # fmt: skip
    return lambda n: int(function(left(n), right(n))) % _WORD
