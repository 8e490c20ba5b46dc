"""The shape of the house: who may import whom, and who may touch the world."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "listener"

# From top to bottom; a module imports only from lines above its own. Modules on one line do not import
# each other, except inside a package written as `name.*`.
LAYOUT = """
    listener core
    lean.*
    model
    errors
    clock
    logs
    core.search
    config_values
    config
    config_edit
    core.text
    core.lexicon.* core.inflect core.needles
    core.phrase core.language
    core.rules
    core.skeleton
    core.company
    core.full_name core.money
    core.sentence
    core.nouns core.declined core.background core.parts
    core.marks
    core.names
    core.subjects
    core.steps core.tokens
    core.candidates
    core.events
    core.match
    core.telling
    core.agreement
    core.story
    core.page core.ground core.lead_export core.links core.as_json
    core.accounts core.account_file
    core.score
    core.likeness core.cadence core.health core.readiness
    core.policy
    core.route
    core.timing
    core.judge core.comparison
    sources.*
    store.*
    templating
    message
    services.*
    notify
    rulebook
    accountbook evaluate executor
    poll_queue pulse
    trouble
    briefing
    followup
    poll judge_stage deliver notices empty_digests
    backtest
    app
    web.*
    daemon
    cli.* __main__
"""

PLAIN_ARGUMENTS_ONLY = ("core.", "sources.", "store.")  # they never see the configuration

# What does I/O, asks for the time, or is different at every run.
IMPURE_MODULES = {
    *("os", "io", "pathlib", "shutil", "tempfile", "glob", "sqlite3", "sqlite_utils", "filelock"),
    *("socket", "ssl", "http", "urllib.request", "smtplib", "httpx", "aiohttp", "requests", "apprise", "feedparser"),
    *("asyncio", "threading", "multiprocessing", "concurrent", "subprocess", "signal", "apscheduler"),
    *("time", "random", "secrets", "uuid", "logging"),
}
IMPURE_CALLS = {"open", "print", "input"}

HEAVY_MODULES = {
    *("spacy", "thinc", "numpy", "apprise", "feedparser", "aiohttp", "httpx", "httpx_aiohttp"),
    *("listener.lean.httpx", "listener.lean.spacy"),
}

CLOCK_READINGS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    "time.time",
    "time.time_ns",
}
ENVIRONMENT_READINGS = {f"os.{name}" for name in ("environ", "environb", "getenv", "getenvb")}

LONG_FUNCTION_LINES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A source file of listener. `name` is relative to the package: "core.text"; "listener" for itself."""

    name: str
    tree: ast.Module

    def at(self, node: ast.stmt | ast.expr) -> str:
        return f"{self.name}, line {node.lineno}"


def load_modules() -> list[Module]:
    return [
        Module(name=module_name(path), tree=ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "listener"


MODULES = load_modules()
NAMES = {module.name for module in MODULES}


# --------------------------------------------------------------------------- reading imports


def imported(node: ast.AST) -> Iterator[str]:
    """Dotted names that an import statement brings in: "sqlite3", "listener.core.text", "os.environ"."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in imported(node):
                yield node, name


def imports_of_ours(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Modules of listener that a module imports, wherever in the file it does so."""
    for node, name in imports(module.tree):
        if name == "listener" or name.startswith("listener."):
            inner = name.removeprefix("listener").removeprefix(".")
            while inner and inner not in NAMES:
                inner = inner.rpartition(".")[0]
            yield node, inner or "listener"


def belongs(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but function bodies and what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        for_types_only = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
        if for_types_only or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield child
        yield from run_at_import(child)


def readings(module: Module, wanted: set[str]) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Uses of dotted names such as `os.environ`, under whatever name they were imported."""
    known: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(node).partition(".")
            if (name := f"{known.get(first, first)}.{rest}".rstrip(".")) in wanted and first in known:
                yield node, name


# --------------------------------------------------------------------------- the rules


def line_of(name: str) -> tuple[int, str] | None:
    """Line of a module in LAYOUT and what it is written as there; None: it has no place."""
    for number, line in enumerate(LAYOUT.split("\n")):
        for place in line.split():
            package = place.removesuffix(".*")
            if name == place or (place.endswith(".*") and belongs(name, {package})):
                return number, place
    return None


def wrong_direction(module: Module) -> Iterator[str]:
    own = line_of(module.name)
    if own is None:
        yield f"{module.name} has no place in the layout; add it to LAYOUT in {Path(__file__).name}"
        return
    for node, name in imports_of_ours(module):
        place = line_of(name)
        inside_one_package = place == own and own[1].endswith(".*")
        if place is not None and place[0] >= own[0] and not inside_one_package:
            yield f"{module.at(node)}: imports {name}, which is not above it in the layout"


def configured(module: Module) -> Iterator[str]:
    if module.name.startswith(PLAIN_ARGUMENTS_ONLY):
        for node, name in imports_of_ours(module):
            if name == "config":
                yield f"{module.at(node)}: imports config; pass it plain arguments"


def impure(module: Module) -> Iterator[str]:
    if not module.name.startswith("core."):
        return
    for node, name in imports(module.tree):
        if belongs(name, IMPURE_MODULES | {"listener.clock"}):
            yield f"{module.at(node)}: core is pure, and {name} is not; pass the value as an argument"
    for call in ast.walk(module.tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in IMPURE_CALLS:
            yield f"{module.at(call)}: core is pure, and {call.func.id}() is not"


def asks_for_the_time(module: Module) -> Iterator[str]:
    if module.name != "clock":
        for node, name in readings(module, CLOCK_READINGS):
            yield f"{module.at(node)}: {name}; only clock.py asks for the time, others get `now`"


def reads_the_environment(module: Module) -> Iterator[str]:
    if module.name != "config":
        for node, name in readings(module, ENVIRONMENT_READINGS):
            yield f"{module.at(node)}: {name}; only config.py reads the environment"


def heavy_at_import(module: Module) -> Iterator[str]:
    if module.name.startswith("lean."):
        return  # each of them is a library, to be imported as one
    for node in run_at_import(module.tree):
        for name in imported(node):
            if belongs(name, HEAVY_MODULES) and isinstance(node, ast.stmt):
                yield f"{module.at(node)}: imports {name} for every command; do so inside the function that needs it"


Rule = Callable[[Module], Iterator[str]]
RULES: tuple[Rule, ...] = (
    wrong_direction,
    configured,
    impure,
    asks_for_the_time,
    reads_the_environment,
    heavy_at_import,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_module_breaks_the_rule(rule: Rule) -> None:
    violations = [violation for module in MODULES for violation in rule(module)]
    assert not violations, "\n" + "\n".join(violations)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_direction, "core.text", "from listener.core.match import Matcher"),
        (wrong_direction, "core.text", "def f():\n    import listener.store"),
        (wrong_direction, "poll", "from listener import deliver"),
        (wrong_direction, "gadgets", ""),
        (configured, "store.feeds", "from listener import config"),
        (impure, "core.text", "import sqlite3"),
        (impure, "core.text", "from urllib.request import urlopen"),
        (impure, "core.text", "from listener.clock import now"),
        (impure, "core.text", "open('x')"),
        (asks_for_the_time, "poll", "from datetime import datetime as dt\ndt.now()"),
        (asks_for_the_time, "poll", "import time\ntime.time()"),
        (asks_for_the_time, "poll", "from time import time\ntime()"),
        (reads_the_environment, "cli", "import os\nos.environ['HOME']"),
        (reads_the_environment, "cli", "from os import getenv\ngetenv('HOME')"),
        (heavy_at_import, "cli", "import spacy"),
        (heavy_at_import, "cli", "from listener.lean.spacy import spacy"),
        (heavy_at_import, "cli", "try:\n    from apprise import Apprise\nexcept ImportError:\n    pass"),
    ],
)
def test_the_rule_sees_a_breach(rule: Rule, name: str, source: str) -> None:
    assert list(rule(Module(name=name, tree=ast.parse(source))))


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_direction, "core.match", "from listener.core.text import plain"),
        (wrong_direction, "store.feeds", "from listener.store.entries import EntryTable"),
        (impure, "core.text", "from urllib.parse import urlsplit"),
        (asks_for_the_time, "poll", "import time\nfrom listener import clock\ntime.monotonic()\nclock.now()"),
        (heavy_at_import, "cli", "def f():\n    import spacy"),
        (heavy_at_import, "cli", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import spacy"),
    ],
)
def test_the_rule_lets_the_good_pass(rule: Rule, name: str, source: str) -> None:
    assert not list(rule(Module(name=name, tree=ast.parse(source))))


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module.name: {name for _, name in imports_of_ours(module)} - {"listener", module.name} for module in MODULES
    }
    while removable := [name for name, targets in graph.items() if not targets & graph.keys()]:
        for name in removable:
            del graph[name]
    assert not graph, f"in a circle, or leading into one: {', '.join(sorted(graph))}"


def test_nine_functions_in_ten_are_under_25_lines() -> None:
    sizes = [(lines_of_code(node), module.at(node)) for module in MODULES for node in functions(module.tree)]
    long = sorted((size for size in sizes if size[0] >= LONG_FUNCTION_LINES), reverse=True)
    assert len(long) * 10 <= len(sizes), f"{len(long)} of {len(sizes)} functions are long:\n" + "\n".join(
        f"{lines} lines: {where}" for lines, where in long
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end; a docstring does not make a function long."""
    last = function.end_lineno or function.lineno
    first = function.body[0]
    docstring = 0
    if ast.get_docstring(function) is not None:
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return last - function.lineno + 1 - docstring


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    if "cli" not in NAMES:
        pytest.skip("there is no listener/cli.py")
    script = "import sys, listener.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not HEAVY_MODULES & set(loaded.stdout.split())
