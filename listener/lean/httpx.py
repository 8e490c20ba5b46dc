"""httpx over aiohttp, without the command line that it imports wherever rich and click are installed: 6 MB."""

from __future__ import annotations

import sys

_COMMAND_LINE = "httpx._main"  # `httpx/__init__.py` does without where the import fails

_is_hidden = sys.modules.setdefault(_COMMAND_LINE, None) is None  # type: ignore[arg-type]  # None: no such module
try:
    import httpx
    from httpx_aiohttp import AiohttpTransport
finally:
    if _is_hidden:
        del sys.modules[_COMMAND_LINE]

__all__ = ("AiohttpTransport", "httpx")
