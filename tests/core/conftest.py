"""What tests of more than one module of the core start from."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language


@pytest.fixture(scope="session")
def english() -> Language:
    return spacy.blank("en")
