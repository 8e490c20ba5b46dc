"""What all tests share.

Property tests try the same examples at each run, so that a change is what makes one fail;
`HYPOTHESIS_PROFILE=explore pytest` looks for new examples.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from hypothesis import settings
from world import Site, site_handler

settings.register_profile("same", derandomize=True)
settings.register_profile("explore")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site of the test's own, on loopback."""
    site = Site()
    with ThreadingHTTPServer(("127.0.0.1", 0), site_handler(site)) as server:
        site.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield site
        server.shutdown()
        thread.join()
