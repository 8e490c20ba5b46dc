"""The shipped rules, compiled once for all that is measured on them."""

from __future__ import annotations

import pytest

from listener.rulebook import Rulebook, compile_rulebook, read_rule_files, shipped_rules


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return compile_rulebook(read_rule_files([shipped_rules()]))
