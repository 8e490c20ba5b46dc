"""What libraries are imported without, and that all of it is still there for who wants it."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEAN = {
    "spacy": ("spacy.cli", "weasel", "requests"),
    "httpx": ("httpx._main", "rich"),
    "sqlite_utils": ("numpy", "pandas"),
}


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(("library", "left_out"), LEAN.items(), ids=LEAN)
def test_what_is_not_used_is_not_imported(library: str, left_out: tuple[str, ...]) -> None:
    loaded = run(f"import sys, listener.lean.{library}; print([name for name in {left_out} if name in sys.modules])")
    assert loaded == "[]"


@pytest.mark.parametrize(("library", "left_out"), LEAN.items(), ids=LEAN)
def test_it_can_be_imported_later(library: str, left_out: tuple[str, ...]) -> None:
    name = left_out[0]
    assert run(f"import listener.lean.{library}, {name}; print({name}.__file__ is not None)") == "True"


@pytest.mark.parametrize(("library", "left_out"), LEAN.items(), ids=LEAN)
def test_what_was_imported_before_stays(library: str, left_out: tuple[str, ...]) -> None:
    name = left_out[0]
    assert run(f"import sys, {name}; import listener.lean.{library}; print({name!r} in sys.modules)") == "True"
