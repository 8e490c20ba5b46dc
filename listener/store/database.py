"""The store: the database file with its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from listener.errors import DatabaseInUse
from listener.store.checked_rules import CheckedRulesTable
from listener.store.checkup import CheckupQueries
from listener.store.connection import Connection
from listener.store.deliveries import DeliveryTable
from listener.store.destinations import DestinationTable
from listener.store.entries import EntryTable
from listener.store.feeds import FeedTable
from listener.store.followup import FollowupTable
from listener.store.leads import LeadTable
from listener.store.mentions import MentionTable
from listener.store.notices import NoticeTable
from listener.store.opening import connect, connect_for_reading, unusable
from listener.store.rule_state import RuleStateTable
from listener.store.secrets import SecretTable
from listener.store.status import StatusQueries

_PROBE_BYTES = 50_000  # more than the pages that are free by chance


class Store:
    """All that listener remembers. Every method may be called from any thread.

    One process writes; others may read meanwhile, and write now and then: they wait for each other up
    to five seconds, then sqlite3.OperationalError says "database is locked". Do not use a store in a
    forked child.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self.feeds = FeedTable(connection)
        self.entries = EntryTable(connection)
        self.leads = LeadTable(connection)
        self.followup = FollowupTable(connection)
        self.mentions = MentionTable(connection)
        self.deliveries = DeliveryTable(connection)
        self.destinations = DestinationTable(connection)
        self.notices = NoticeTable(connection)
        self.rule_state = RuleStateTable(connection)
        self.checked_rules = CheckedRulesTable(connection)
        self.status = StatusQueries(connection)
        self.checkup = CheckupQueries(connection)
        self.secrets = SecretTable(connection)

    @classmethod
    def open(cls, path: Path, *, migrate: bool = True) -> Store:
        """Open the database, create it (and its folder) or bring it up to date.

        Only who holds the lock of `lock_database` may migrate. Raises NotADatabase, NewerDatabase, StoreError;
        without `migrate` also for a database that an earlier version wrote. A refused file is left as it is.
        """
        return cls(Connection(connect(path, migrate=migrate)), path)

    @classmethod
    def open_for_reading(cls, path: Path) -> Store:
        """Open the database to look at it only, beside a daemon that may be running: every write to it fails.

        Raises NotADatabase, NewerDatabase, StoreError; also for a database that an earlier version wrote.
        """
        return cls(Connection(connect_for_reading(path)), path)

    def transaction(self) -> AbstractContextManager[None]:
        """All that is written within is committed together or not at all; see `Connection.transaction`."""
        return self._connection.transaction()

    def probe(self) -> None:
        """Write a row of several pages and remove it. Raises sqlite3.Error where nothing can be written."""
        self._connection.write(
            "INSERT OR REPLACE INTO notices (key, words, told_at) VALUES ('probe', ?, 0)", ("-" * _PROBE_BYTES,)
        )
        self._connection.write("DELETE FROM notices WHERE key = 'probe'")

    def close(self) -> None:
        """Release the file. A second call does nothing."""
        self._connection.close()


def is_in_use(path: Path) -> bool:
    """Whether a daemon has the database. Takes the lock for a moment where none does; makes no file.

    Raises StoreError where the lock file cannot be written.
    """
    resolved = path.resolve()
    if not resolved.with_name(resolved.name + ".lock").exists():
        return False
    try:
        with lock_database(path):
            return False
    except DatabaseInUse:
        return True


@contextmanager
def lock_database(path: Path) -> Iterator[None]:
    """For the one daemon of the database at `path`. A crash frees it.

    Raises DatabaseInUse at once when another process holds it, StoreError when the lock file beside the
    database cannot be written.
    """
    from filelock import FileLock, Timeout

    resolved = path.resolve()
    lock = FileLock(resolved.with_name(resolved.name + ".lock"), timeout=0, thread_local=False)
    try:
        resolved.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise DatabaseInUse(
            f"{path}: another listener daemon runs on this database. End it, or use another database."
        ) from error
    except OSError as error:
        raise unusable(resolved, error) from error
    try:
        yield
    finally:
        lock.release()
