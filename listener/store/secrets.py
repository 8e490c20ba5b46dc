"""Keys that the database keeps for itself."""

from __future__ import annotations

import secrets

from listener.store.connection import Connection

_KEY_BYTES = 32


class SecretTable:
    """Random keys by what they are for."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def key(self, name: str) -> bytes:
        """The key of that name, made when it is first asked for; the same ever after."""
        made = "INSERT INTO secrets (name, key) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"
        with self._db.transaction():
            self._db.write(made, (name, secrets.token_bytes(_KEY_BYTES)))
            return bytes(self._db.rows("SELECT key FROM secrets WHERE name = ?", (name,))[0]["key"])
