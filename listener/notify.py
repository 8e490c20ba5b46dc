"""All services behind one small interface.

A destination is a URL of one of Apprise's services, `apprise:FILE#TAG`, or a signed webhook.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from listener import clock
from listener.errors import DestinationError
from listener.model import Message, SendFailed, SendOutcome
from listener.services.apprise_service import AppriseService
from listener.services.failures import Unusable, unknown
from listener.services.server import Server
from listener.services.signed_webhook import SCHEMES as SIGNED
from listener.services.signed_webhook import SignedWebhook

# A service gets its throttle (5.5 s at most by default) and a few round trips of 4 s each.
SEND_DEADLINE = timedelta(seconds=30)


class Notifier:
    """Sends messages to the destinations, by our names of them. Thread-safe.

    `destinations` maps names to URLs. Nothing is loaded before the first `send` or `validate`.
    """

    def __init__(
        self,
        destinations: Mapping[str, str],
        *,
        deadline: timedelta = SEND_DEADLINE,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        loading = threading.Lock()
        self._destinations = {name: _Destination(name, url, loading, clock) for name, url in destinations.items()}
        self._deadline_seconds = deadline.total_seconds()
        self._under_way: set[_Answer] = set()
        self._lock = threading.Lock()  # of the two around it
        self._abandoned = False

    @property
    def names(self) -> frozenset[str]:
        """The destinations there are."""
        return frozenset(self._destinations)

    def validate(self) -> dict[str, str | None]:
        """For each destination what is wrong with its URL; None: it can be used. Sends nothing."""
        return {name: destination.problem() for name, destination in self._destinations.items()}

    def send(self, destination: str, message: Message) -> SendOutcome:
        """Hand the message to the service and wait for its answer, at most for the deadline.

        After the deadline nobody knows: the outcome is a failure that may have arrived. The sending thread is
        left to end by itself; until it does, the destination is refused as busy. Raises DestinationError when
        the destination is unknown or its URL is not usable.
        """
        if destination not in self._destinations:
            raise DestinationError(f"destination {destination}: config.toml has none of that name. Add it there")
        target = self._destinations[destination]
        target.load()
        answer: _Answer = queue.SimpleQueue()
        with self._lock:
            if self._abandoned:
                return SendFailed(error="listener is stopping")
            if not target.begin():
                return SendFailed(error="the service has not answered to an earlier message yet")
            self._under_way.add(answer)
        try:
            _start_sending(target, message, answer)
            return answer.get(timeout=self._deadline_seconds)
        except queue.Empty:
            return unknown(f"no answer in {self._deadline_seconds:g} s")
        finally:
            with self._lock:
                self._under_way.discard(answer)

    def server(self, destination: str) -> Server | None:
        """Where a message for the destination is handed over; None: Apprise decides that when it sends.

        Raises DestinationError as `send` does.
        """
        if destination not in self._destinations:
            raise DestinationError(f"destination {destination}: config.toml has none of that name. Add it there")
        return self._destinations[destination].load().server()

    def abandon(self) -> None:
        """Wait no more: every `send` under way returns at once, and no other begins. For a stop that is due."""
        with self._lock:
            self._abandoned = True
            for answer in self._under_way:
                answer.put(unknown("listener was stopped while sending"))


_Answer = queue.SimpleQueue[SendOutcome]


def _start_sending(target: _Destination, message: Message, answer: _Answer) -> None:
    # A daemon thread: one that hangs in a socket must not keep the process from ending.
    thread = threading.Thread(target=_send, args=(target, message, answer), name="send", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # the system has no thread left
        target.end()
        raise


def _send(target: _Destination, message: Message, answer: _Answer) -> None:
    try:
        outcome = target.deliver(message)
    except Exception as error:  # a plugin's mistake; its text may hold the URL
        outcome = unknown(f"sending failed with {type(error).__name__}")
    finally:
        target.end()
    answer.put(outcome)


class _Service(Protocol):
    def deliver(self, message: Message, clock: Callable[[], datetime]) -> SendOutcome: ...

    def server(self) -> Server | None: ...


class _Destination:
    """One service under a name of ours."""

    def __init__(self, name: str, url: str, loading: threading.Lock, clock: Callable[[], datetime]) -> None:
        self._name, self._url, self._clock = name, url, clock
        self._loading = loading  # one for all: Apprise's imports are not made for several threads
        self._service: _Service | None = None
        self._busy = threading.Lock()  # held while a message is under way

    def __repr__(self) -> str:
        return f"_Destination({self._name!r})"

    def begin(self) -> bool:
        """Reserve it for one message; False: another is under way."""
        return self._busy.acquire(blocking=False)

    def end(self) -> None:
        self._busy.release()

    def problem(self) -> str | None:
        try:
            self.load()
        except DestinationError as error:
            return str(error)
        return None

    def load(self) -> _Service:
        """The service, made at the first call. Raises DestinationError, which never shows the URL."""
        with self._loading:
            if self._service is None:
                try:
                    self._service = _service(self._url)
                except Unusable as error:
                    raise DestinationError(f"destination {self._name}: {error}") from None
                except Exception as error:  # a plugin's mistake; its text may hold the URL
                    what = f"loading failed with {type(error).__name__}. Write the URL another way"
                    raise DestinationError(f"destination {self._name}: {what}") from None
            return self._service

    def deliver(self, message: Message) -> SendOutcome:
        return self.load().deliver(message, self._clock)


def _service(url: str) -> _Service:
    return SignedWebhook(url) if url.startswith(SIGNED) else AppriseService(url)
