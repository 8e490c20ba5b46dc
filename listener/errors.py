"""Every error that listener raises on purpose.

    ListenerError                 carries a message that names the thing and the remedy
    ├── ConfigError               config.toml or the environment is wrong; knows file and key
    │   └── InvalidConfig         every mistake of one file at once, a line each
    ├── RuleError                 a rule file is wrong; knows file, line and column
    ├── StoreError                the database cannot be used as it is
    │   ├── NotADatabase
    │   ├── NewerDatabase         written by a later version of listener
    │   └── DatabaseInUse         another daemon holds it
    ├── LeadError                 what somebody wants to do with a lead cannot be done
    └── DestinationError          an Apprise URL is not usable

Expected outcomes of a stage (a feed that answers 404, a chat that is down) are values of
`listener.model`, not exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class ListenerError(Exception):
    """Base of all. `str(error)` is one line that can be shown to the operator as it stands."""


class ConfigError(ListenerError):
    """A mistake in the configuration: which file, which key, what to write instead."""

    def __init__(self, problem: str, *, path: Path | None, key: str | None = None, remedy: str) -> None:
        self.problem, self.path, self.key, self.remedy = problem, path, key, remedy
        where = f"{path or 'configuration'}: " + (f"{key}: " if key else "")
        super().__init__(f"{where}{problem}. {remedy}")


class InvalidConfig(ConfigError):
    """Every mistake of one configuration file; `str` has one line for each of `problems`."""

    def __init__(self, problems: Sequence[ConfigError]) -> None:
        first = problems[0]
        super().__init__(first.problem, path=first.path, key=first.key, remedy=first.remedy)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class RuleError(ListenerError):
    """A mistake in a rule file. `line` and `column` count from 1; None where no line is to blame."""

    def __init__(
        self, problem: str, *, path: str, line: int | None = None, column: int | None = None, remedy: str = ""
    ) -> None:
        self.problem, self.path, self.line, self.column, self.remedy = problem, path, line, column, remedy
        where = ":".join(str(part) for part in (path, line, column) if part is not None)
        super().__init__(f"{where}: {problem}" + (f". {remedy}" if remedy else ""))


class StoreError(ListenerError):
    """The database cannot be opened or used; the message says which path and what to do."""


class NotADatabase(StoreError):
    """The file exists and is no SQLite database of ours. It is left as it is."""


class NewerDatabase(StoreError):
    """The database has migrations that this version does not know. It is left as it is."""


class DatabaseInUse(StoreError):
    """Another listener daemon runs on the same database."""


class LeadError(ListenerError):
    """There is no such lead, or it is not in a state for what somebody wants to do with it."""


class DestinationError(ListenerError):
    """A destination's URL is not one that Apprise can use. The URL itself is never in the message."""
