from __future__ import annotations
from collections.abc import Sequence
from listener.sources.items import Item


def cleaned(items: Sequence[Item], *, feed_url: str, feed_title: str | None) -> Sequence[Item]:
    return items
