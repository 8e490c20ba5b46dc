"""Property tests try the same examples at each run, so that a change is what makes one fail.

`HYPOTHESIS_PROFILE=explore pytest` looks for new examples.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("explore")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
