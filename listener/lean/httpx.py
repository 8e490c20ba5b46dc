"""httpx over aiohttp, without the command line that it imports wherever rich and click are installed: 6 MB."""

from __future__ import annotations

from listener.lean import standing_in

with standing_in({"httpx._main": None}):  # `httpx/__init__.py` does without where the import fails
    import httpx
    from httpx_aiohttp import AiohttpTransport

__all__ = ("AiohttpTransport", "httpx")
