"""Which account a company, a link or a text is about, and how surely.

A name alone tells an account where it is a name only. One of ordinary words ("Target", "Apple Leisure") also stands in
sentences about something else: it needs a second hint in the entry, such as the account's domain, a legal form, a
ticker, another of its names, a word of its industry, or its territory.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from listener.core.company import company_key, fold, is_within
from listener.core.page import Page, Wording, has_legal_form_behind, has_ticker_behind
from listener.model import Account, AccountHit, Mention

SURE, ALMOST_SURE, LIKELY = 0.95, 0.85, 0.7
"""Certainty of a name of several words, or of domain and name; of one word or an alias; of ordinary words with a hint.
Guesses, to be measured by the verdict "wrong company"."""
SHARED = 0.5
"""Factor where several accounts have the name and nothing in the entry tells which is meant."""
MAX_MENTIONS = 20
"""Accounts noted of one entry: whoever names more is a list."""
_LONG_NAME = 3
"""Ordinary words that stand together by chance seldom come in so many ("Bank of America")."""
_LONG_WORD = 4  # letters of an industry word: "and", "IT" and the like stand in every text


class AccountBook:
    """The accounts, ready to be looked up. Not changed once made; any thread may read it.

    `ordinary` are those of `words_of` the accounts that are in a dictionary.
    """

    def __init__(self, accounts: Sequence[Account] = (), ordinary: Collection[str] = frozenset()) -> None:
        self.accounts = tuple(accounts)
        self._ordinary = frozenset(ordinary)
        self._by_key: dict[str, list[int]] = {}
        domains: defaultdict[str, list[int]] = defaultdict(list)
        for number, account in enumerate(self.accounts):
            for key in _keys(account):
                self._by_key.setdefault(key, []).append(number)
            if account.domain:
                domains[account.domain].append(number)
        # The domain of several accounts is that of a host or a network ("linkedin.com"), and tells none.
        self._by_domain = {domain: numbers[0] for domain, numbers in domains.items() if len(numbers) == 1}
        self._automaton = _automaton(self._by_key) if self._by_key else None

    def find(self, names: Iterable[str], page: Page) -> AccountHit | None:
        """The account that a company of an entry is, by any of its names; None: none, as far as can be told."""
        hits: list[AccountHit | None] = []
        for name in names:
            key = company_key(name)
            hits += [self._by_name(key, name, page) if key in self._by_key else None, self._by_link(key, page)]
        return max(filter(None, hits), key=lambda hit: hit.certainty, default=None)

    def mentions(self, page: Page, *, besides: Collection[str] = ()) -> tuple[Mention, ...]:
        """The accounts that an entry names or links, each once, in the order of the text; at most MAX_MENTIONS.

        `besides` are the names of accounts that are left out.
        """
        found: dict[str, Mention] = {}
        for mention in itertools.chain(self._named(page, besides), self._linked(page)):
            if mention.hit.account.name not in besides:
                found.setdefault(mention.hit.account.name, mention)
            if len(found) == MAX_MENTIONS:
                break
        return tuple(found.values())

    # ----------------------------------------------------------------- by name

    def _by_name(self, key: str, written: str, page: Page, *, unclear: bool = False) -> AccountHit | None:
        """The account of a name that the entry has as `written`; `unclear`: it may be part of another name there."""
        numbers = self._by_key[key]
        hints = [_hint(self.accounts[number], key, written, page) for number in numbers]
        best = next((place for place, hint in enumerate(hints) if hint), 0)
        account, hint = self.accounts[numbers[best]], hints[best]
        needs_hint = unclear or self._is_generic(key)
        if needs_hint and hint is None:
            return None
        is_name = company_key(account.name) == key
        certainty = LIKELY if needs_hint else SURE if is_name and " " in key else ALMOST_SURE
        if hint is None and len(numbers) > 1:
            certainty *= SHARED
        how = "the name" if is_name else f"the alias {written!r}"
        return AccountHit(account=account, certainty=certainty, how=f"{how} and {hint}" if hint else how)

    def _is_generic(self, key: str) -> bool:
        words = key.split()
        return len(words) < _LONG_NAME and all(word in self._ordinary for word in words)

    # ----------------------------------------------------------------- by link

    def _by_link(self, key: str, page: Page) -> AccountHit | None:
        """A short or long form of an account's name, in an entry with the account's domain."""
        for domain, account in self._domains(page):
            is_in_domain = key.replace(" ", "") in domain.split(".")
            if is_in_domain or any(is_within(key, own) for own in _keys(account)):
                return AccountHit(account=account, certainty=SURE, how=f"the domain {domain} in a link")
        return None

    def _domains(self, page: Page) -> list[tuple[str, Account]]:
        return [(host, self.accounts[self._by_domain[host]]) for host in sorted(page.hosts & self._by_domain.keys())]

    def _linked(self, page: Page) -> Iterator[Mention]:
        for domain, account in self._domains(page):
            hit = AccountHit(account=account, certainty=ALMOST_SURE, how=f"the domain {domain} in a link")
            yield Mention(hit=hit, quote=page.title)

    # ----------------------------------------------------------------- in a text

    def _named(self, page: Page, besides: Collection[str]) -> Iterator[Mention]:
        places = _whole_words(self._automaton, page.folded) if self._automaton is not None else []
        wanted = [place for place in places if not self._is_one_of(place[1], besides)]
        if not wanted:
            return
        wording = Wording(page)
        for start, key in wanted:
            first, last = wording.words(start, key)
            written = wording.written(first, last)
            if written == written.lower() and not written[0].isdigit():
                continue
            hit = self._by_name(key, written, page, unclear=wording.may_go_on(first, last))
            if hit is not None:
                yield Mention(hit=hit, quote=wording.around(first, last))

    def _is_one_of(self, key: str, names: Collection[str]) -> bool:
        numbers = self._by_key[key]
        return len(numbers) == 1 and self.accounts[numbers[0]].name in names


def words_of(accounts: Iterable[Account]) -> frozenset[str]:
    """The words of the accounts' names, for a dictionary to be asked."""
    return frozenset(word for account in accounts for key in _keys(account) for word in key.split())


def _keys(account: Account) -> list[str]:
    """What the account is found by: its name and aliases, folded."""
    return list(dict.fromkeys(company_key(name) for name in (account.name, *account.aliases)))


def _hint(account: Account, key: str, written: str, page: Page) -> str | None:
    """What in the entry besides a name speaks for the account, in words; None: nothing does."""
    if account.domain in page.hosts:
        return f"the domain {account.domain} in a link"
    if has_legal_form_behind(key, page):
        return "a legal form"
    if has_ticker_behind(written, page):
        return "a ticker"
    other = next((own for own in _keys(account) if not is_within(own, key) and f" {own} " in page.folded), None)
    if other is not None:
        return f"the name {other!r}"
    industry = next((word for word in _industry_words(account) if f" {word} " in page.folded and word not in key), None)
    if industry is not None:
        return f"the industry word {industry!r}"
    territory = account.territory
    return f"the territory {territory}" if territory and fold(territory) in page.folded else None


def _industry_words(account: Account) -> list[str]:
    return [word for word in fold(account.industry or "").replace("_", " ").split() if len(word) >= _LONG_WORD]


def _automaton(keys: Iterable[str]) -> Any:
    """Finds keys that begin with a word; where they end has to be looked at."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for key in keys:
        automaton.add_word(f" {key}", key)
    automaton.make_automaton()
    return automaton


def _whole_words(automaton: Any, folded: str) -> list[tuple[int, str]]:
    """Where keys stand in a folded text, in its order: the longest that begins at a place, and none within another."""
    longest: dict[int, str] = {}
    for end, key in automaton.iter(folded):
        if folded[end + 1] == " ":
            longest[end + 1 - len(key)] = key  # the longer ones of a place come later
    places: list[tuple[int, str]] = []
    free = 0
    for start in sorted(longest):
        if start >= free:
            places.append((start, longest[start]))
            free = start + len(longest[start])
    return places
