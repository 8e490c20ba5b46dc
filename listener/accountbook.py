"""The account files on disk: reads them, and keeps the book in use as they change."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from listener.core.account_file import read_accounts
from listener.core.accounts import AccountBook, words_of
from listener.logs import Event
from listener.model import Account
from listener.rulebook import ordinary_words
from listener.sources.encoding import decode

log = logging.getLogger("listener.accounts")

_SHOWN = 20
"""Wrong rows of a file that are logged; `listener accounts check` shows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFiles:
    """What the account files hold."""

    accounts: tuple[Account, ...]
    problems: tuple[str, ...]  # file, line, what is wrong and what would be right; that row was skipped


def read_account_files(paths: Sequence[Path]) -> AccountFiles:
    """The accounts of all files, in their order. A file that cannot be read is a problem like a wrong row."""
    accounts: list[Account] = []
    problems: list[str] = []
    for path in paths:
        try:
            body = path.read_bytes()
        except OSError as error:
            problems.append(f"{path}: cannot be read ({error.strerror}). Correct [accounts] files, or put it there")
            continue
        found, wrong = read_accounts(decode(body, None))
        accounts += found
        problems += (f"{path}, line {row.line}: {row.problem}" for row in wrong)
    return AccountFiles(accounts=tuple(accounts), problems=tuple(problems))


class AccountKeeper:
    """Keeps the book in use: reads the files again when they have changed. A change is taken with its wrong rows left
    out; only where a file cannot be read at all does the book from before stay."""

    def __init__(self, paths: Sequence[Path], executor: Executor, languages: Callable[[], Collection[str]]) -> None:
        self._paths = paths
        self._executor = executor
        self._languages = languages  # whose dictionaries tell ordinary words
        self._lock = threading.Lock()
        self._seen: object = None
        self._book: AccountBook | None = None

    def in_use(self) -> AccountBook:
        """The book in use; read at the first call."""
        if self._book is None:
            self.reload()
        return self._book or AccountBook()

    def reload(self) -> bool:
        """Read the files if they have changed; whether a new book is in use now."""
        with self._lock:
            seen = [_state(path) for path in self._paths]
            if seen == self._seen:
                return False
            self._seen = seen
            if self._book is not None and None in seen:
                known = len(self._book.accounts)
                log.error(Event("accounts.kept", "a file is gone: those from before stay in use", accounts=known))
                return False
            files = read_account_files(self._paths)
            self._tell(files)
            self._book = self._made_ready(files.accounts)
            return True

    def _made_ready(self, accounts: Sequence[Account]) -> AccountBook:
        words = words_of(accounts)
        languages = tuple(sorted(self._languages())) if words else ()
        ordinary = self._executor.submit(ordinary_words, words, languages).result() if languages else frozenset()
        return AccountBook(accounts, ordinary)

    def _tell(self, files: AccountFiles) -> None:
        for problem in files.problems[:_SHOWN]:
            log.warning(Event("accounts.skipped", problem))
        if len(files.problems) > _SHOWN:
            more = len(files.problems) - _SHOWN
            log.warning(Event("accounts.skipped", f"and {more} more: see `listener accounts check`"))
        if self._paths:
            log.info(Event("accounts.in_use", accounts=len(files.accounts), problems=len(files.problems)))


def _state(path: Path) -> tuple[int, int] | None:
    """What changes when a file does; None: it is not there."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
