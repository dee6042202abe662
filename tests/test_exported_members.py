"""`__all__` of every package is what the package has in public, in the order that ruff wants."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Iterator

import pytest

import locstore


def packages() -> Iterator[str]:
    for module in pkgutil.walk_packages(locstore.__path__, "locstore."):
        if module.ispkg and module.name != "locstore.cli":  # its main() is the command, not an API
            yield module.name


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(locstore.__path__, "locstore."):
        if not module.ispkg and not module.name.endswith("__main__"):
            yield module.name


def public(module: types.ModuleType) -> set[str]:
    """Names that are neither private nor submodules, nor `annotations` of __future__."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name != "annotations"
    }


def isort_style(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then the rest, as RUF022 sorts."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def test_there_are_packages() -> None:
    assert {"locstore.concept", "locstore.shots", "locstore.delivery"} <= set(packages())
    assert "locstore.concept.loader" in set(modules())


@pytest.mark.parametrize("name", list(packages()))
def test_exported_members(name: str) -> None:
    package = importlib.import_module(name)
    exported = getattr(package, "__all__", None)
    if exported is None:
        assert public(package) == set(), f"{name} has public names and no __all__"
        return
    assert set(exported) == public(package)
    assert list(exported) == sorted(exported, key=isort_style)
    assert len(exported) == len(set(exported))


@pytest.mark.parametrize("name", list(modules()))
def test_a_modules_own_list_is_true(name: str) -> None:
    module = importlib.import_module(name)
    for exported in getattr(module, "__all__", ()):
        assert hasattr(module, exported)


@pytest.mark.parametrize("name", [*packages(), *modules()])
def test_the_first_sentence_says_what_it_is_for(name: str) -> None:
    doc = (importlib.import_module(name).__doc__ or "").strip()
    assert doc.split("\n\n")[0].rstrip().endswith((".", ":")), name
