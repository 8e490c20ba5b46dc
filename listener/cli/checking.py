"""What `listener check` looks at besides the configuration file itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from listener.errors import ListenerError

if TYPE_CHECKING:
    from listener.config import Config
    from listener.rulebook import Rulebook


def problems_of(config: Config) -> list[str]:
    """Every mistake of what the configuration names and of the database, a line each. Sends and writes nothing."""
    return [*mistakes_in(config), *_database(config)]


def mistakes_in(config: Config) -> list[str]:
    """As `problems_of`, without the database: what the operator wrote."""
    return [*_feeds(config), *_rules(config), *_accounts(config), *_destinations(config), *_templates(config)]


def _feeds(config: Config) -> Iterator[str]:
    from listener.sources.demo import check_demo_feed

    for feed in config.feeds:
        try:
            check_demo_feed(feed.url)
        except ListenerError as error:
            yield f"{config.path}: {error}"


def _rules(config: Config) -> Iterator[str]:
    from listener.rulebook import compile_rulebook, read_rule_files

    try:
        book = compile_rulebook(read_rule_files(config.rules))
    except ListenerError as error:
        yield str(error)
        return
    yield from map(str, book.errors)
    yield from _triggers(config, book)


def _accounts(config: Config) -> Iterator[str]:
    from listener.accountbook import read_account_files

    yield from read_account_files(config.accounts).problems


def _triggers(config: Config, book: Rulebook) -> Iterator[str]:
    """Routes that wait for a trigger which no rule file has: they would wait for ever."""
    from listener.config import nearest_name

    known = sorted({trigger.name for trigger in book.rules.triggers})
    for key, trigger in config.named_triggers:
        if trigger not in known:
            yield f"{config.path}: {key}: no rule file has the trigger {trigger!r}. {nearest_name(trigger, known)}"


def _destinations(config: Config) -> Iterator[str]:
    from listener.notify import Notifier

    urls = {name: url.get_secret_value() for name, url in config.destinations.items()}
    yield from (problem for problem in Notifier(urls).validate().values() if problem)


def _templates(config: Config) -> Iterator[str]:
    from listener.message import template_problems
    from listener.templating import Templates

    yield from template_problems(Templates(config.templates))


def _database(config: Config) -> Iterator[str]:
    from listener.store.opening import look

    try:
        look(config.database)
    except ListenerError as error:
        yield str(error)
