"""Parts that other packages add by entry points: painters, folder layouts, exchange formats."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from locstore.errors import EnvironmentProblem, UsageError


def plugin_names(group: str, built_in: Mapping[str, str]) -> tuple[str, ...]:
    """The names in a group: the built-in ones in their order, then those of installed packages, sorted."""
    return (*built_in, *sorted({e.name for e in entry_points(group=group)} - set(built_in)))


def load_plugin(group: str, name: str, built_in: Mapping[str, str]) -> object:
    """The object behind a name; `built_in` maps names to `package.module:attribute`.

    A package cannot replace a built-in part: its name is looked up only where no built-in part has it. Raises
    UsageError for a name that nothing has, EnvironmentProblem if the package that has it cannot be imported.
    """
    if name in built_in:
        module, _, attribute = built_in[name].partition(":")
        return getattr(importlib.import_module(module), attribute)
    found = sorted(entry_points(group=group, name=name), key=lambda e: e.value)
    if not found:
        raise UsageError(unknown_name(name, plugin_names(group, built_in)))
    return _loaded(found[0])


def unknown_name(name: str, known: tuple[str, ...]) -> str:
    """The sentence for a name that nothing has, with the nearest one that exists."""
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
    return f"there is no {name!r}. {hint}"


def _loaded(point: EntryPoint) -> object:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        package = point.dist.name if point.dist else point.value
        raise EnvironmentProblem(f"The package {package} adds {point.name!r}, but {point.value}: {error}.") from error
