"""What import-linter cannot say about the shape of the house."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "xinyun"
ORDER = [
    "base",
    "law",
    "naming",
    "plumbing",
    "ledger",
    "accounts",
    "archive",
    "collection",
    "assessment",
    "codes",
    "identity",
    "lists",
    "relations",
    "repair",
    "listing",
    "subjects",
    "retention",
    "exchange",
    "enforcement",
    "rulemaking",
    "client",
    "gateway",
    "portal",
    "console",
    "site",
]
FLAT = {"base", "law", "naming", "plumbing", "site"}
DOORS = {"queries", "operations", "events"}
EXTRA_DOORS = {
    "xinyun.client.bundles",
    "xinyun.ledger.notes",
    "xinyun.ledger.paths",
    "xinyun.ledger.receipts",
    "xinyun.ledger.rules",
    "xinyun.ledger.signed",
    "xinyun.archive.rules",
    "xinyun.archive.snapshot.queries",
    "xinyun.collection.arrivals",
    "xinyun.collection.reading",
    "xinyun.collection.reading.tables",
    "xinyun.collection.records",
    "xinyun.collection.remapping",
    "xinyun.collection.returns",
    "xinyun.collection.spreadsheet",
    "xinyun.collection.wording",
    "xinyun.identity.timeline",
    "xinyun.listing.paper",
    "xinyun.listing.rules",
    "xinyun.listing.telling",
    "xinyun.lists.admission",
    "xinyun.lists.rules",
    "xinyun.lists.timeline",
    "xinyun.repair.paper",
    "xinyun.repair.rules",
    "xinyun.repair.steps",
    "xinyun.rulemaking.cases",
    "xinyun.rulemaking.rules",
}
"""Pure rules and values that a context offers to others as they are, and questions too large for its `queries`."""

pytestmark = pytest.mark.one_store


def _modules() -> Iterator[Path]:
    yield from (path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def test_contexts_are_entered_by_their_doors_only() -> None:
    graph = grimp.build_graph("xinyun")
    trespasses = []
    for module in graph.modules:
        here = module.split(".")[1] if "." in module else ""
        for target in graph.find_modules_directly_imported_by(module):
            parts = target.split(".")
            there = parts[1] if len(parts) > 1 else ""
            if not here or not there or here in {there, "site"} or there in FLAT:
                continue
            if len(parts) > 2 and parts[2] not in DOORS and target not in EXTRA_DOORS:
                trespasses.append(f"{module} -> {target}")

    assert trespasses == []


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("xinyun.")
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model.__module__.startswith("xinyun.")
        if ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]

    assert upward == []


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, where)
        else:
            yield where, pattern


def _access(pattern: URLPattern) -> str | None:
    """The mark on the view; ninja puts one view before a path's operations, each of which must carry the mark."""
    paths = [
        c.cell_contents
        for c in getattr(pattern.callback, "__closure__", None) or ()
        if isinstance(c.cell_contents, PathView)
    ]
    if not paths:
        return getattr(pattern.callback, "access", None)
    marks = {getattr(operation.view_func, "access", None) for operation in paths[0].operations}
    return marks.pop() if len(marks) == 1 else None


OPEN_BY_NATURE = {"api/v1/openapi.json", "api/v1/docs", "api/v1/"}
"""The description of the public API, served by ninja itself."""


def test_every_route_declares_who_may_use_it() -> None:
    undeclared = [
        where
        for where, pattern in _routes(get_resolver())
        if not _access(pattern) and where not in OPEN_BY_NATURE
    ]

    assert undeclared == []


def _operations() -> Iterator[tuple[str, inspect.Signature]]:
    for path in PACKAGE.glob("*/operations.py"):
        module = import_module(f"xinyun.{path.parent.name}.operations")
        for name in getattr(module, "__all__", dir(module)):
            verb = getattr(module, name)
            if inspect.isfunction(verb) and not name.startswith("_") and verb.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", inspect.signature(verb)


NOT_VERBS = {"unknown_client", "admit", "document", "is_about", "staged_columns", "stage", "kind_of"}
"""Pure values that a door hands out beside its verbs."""


def test_every_operation_takes_the_actor_and_the_day() -> None:
    silent = [
        name
        for name, signature in _operations()
        if name.rpartition(".")[2] not in NOT_VERBS and not {"actor", "on"} <= set(signature.parameters)
    ]

    assert silent == []


def test_the_client_needs_no_django() -> None:
    told = "import sys, xinyun.client; print([name for name in sys.modules if name.partition('.')[0] in {'django', 'ninja'}])"

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


CLOCKS = re.compile(
    r"\b(date\.today|datetime\.now|datetime\.utcnow|timezone\.now|timezone\.localdate|localdate|time\.time)\("
)
EDGES = {"asking", "api", "views", "asgi", "desk", "cli", "output", "serving", "reference"}
"""By the last word of a module's name, or a folder: `quality_views` is one of `views`."""


def test_no_clock_is_read_below_the_edge() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in _modules()
        if path.stem.rpartition("_")[2] not in EDGES
        and not EDGES & set(path.parts)
        and CLOCKS.search(path.read_text(encoding="utf-8"))
    ]

    assert readers == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_stay_small() -> None:
    too_long = [f"{p.relative_to(ROOT)} {_lines(p)}" for p in _modules() if _lines(p) > 500]
    too_long += [
        f"{p.relative_to(ROOT)} {_lines(p)}"
        for p in (PACKAGE / "templates").rglob("*.html")
        if _lines(p) > 80
    ]
    too_long += [
        f"{p.relative_to(ROOT)} {_lines(p)}" for p in (ROOT / "rulebook").rglob("*.yaml") if _lines(p) > 100
    ]
    too_long += [
        f"{p.relative_to(ROOT)} {_lines(p)}" for p in (ROOT / "tests").rglob("test_*.py") if _lines(p) > 350
    ]

    assert too_long == []


def test_every_public_function_of_a_door_says_what_it_does() -> None:
    silent = []
    for path in _modules():
        if path.stem not in DOORS | {"rules"} and path.parent.name not in {"base", "law"}:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")

    assert silent == []
