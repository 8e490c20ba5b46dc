"""Feeds appended to a real config.toml."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.config import load_config
from listener.config_edit import add_feeds
from listener.errors import ConfigError
from listener.model import FeedSpec

OLD = b'# mine\n[[feeds]]\nurl="https://a.example/"   # odd spacing\n'
NEW = FeedSpec(url="https://b.example/feed")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_bytes(OLD)
    return path


def test_a_feed_is_a_table_behind_what_stands_there(config: Path) -> None:
    feed = FeedSpec(url=NEW.url, name='"B" \\ é', tags=("x", "y"), interval=timedelta(minutes=90), lang="de")
    add_feeds(config, [feed], {})
    assert (
        config.read_bytes()
        == OLD
        + (
            '\n[[feeds]]\nurl      = "https://b.example/feed"\nname     = "\\"B\\" \\\\ é"\n'
            'tags     = ["x", "y"]\ninterval = "90m"\nlang     = "de"\n'
        ).encode()
    )
    assert load_config(config, {}).feeds[1] == feed


def test_the_first_feed_of_a_file_without_any(config: Path) -> None:
    config.write_bytes(b"")
    add_feeds(config, [NEW], {})
    assert load_config(config, {}).feeds == (NEW,)


def test_a_file_keeps_its_line_ends_and_gets_a_missing_one(config: Path) -> None:
    config.write_bytes(b"# mine\r\n[poll]")
    add_feeds(config, [NEW], {})
    assert config.read_bytes() == b'# mine\r\n[poll]\r\n\r\n[[feeds]]\r\nurl = "https://b.example/feed"\r\n'


def test_permissions_stay_and_nothing_else_is_left(config: Path) -> None:
    config.chmod(0o640)
    add_feeds(config, [NEW], {})
    assert config.stat().st_mode & 0o777 == 0o640
    assert list(config.parent.iterdir()) == [config]


def test_a_link_stays_a_link(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "config.toml"
    link.parent.mkdir()
    link.symlink_to(config)
    add_feeds(link, [NEW], {})
    assert link.is_symlink()
    assert len(load_config(config, {}).feeds) == 2


@pytest.mark.parametrize(
    ("feed", "problem"),
    [
        (FeedSpec(url="ftp://x/"), "url: is not an http, https or demo: URL"),
        (FeedSpec(url="https://a.example/"), "url: is the same as that of"),
        (FeedSpec(url=NEW.url, lang="deutsch"), "lang: expected a language as two small letters"),
    ],
)
def test_what_would_not_be_valid_is_not_written(config: Path, feed: FeedSpec, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        add_feeds(config, [feed], {})
    assert config.read_bytes() == OLD


def test_feeds_written_in_one_line_are_not_broken(config: Path) -> None:
    content = b'feeds = [{url = "https://a.example/"}]\n'
    config.write_bytes(content)
    with pytest.raises(ConfigError, match=r"Write each feed of the file under \[\[feeds\]\]"):
        add_feeds(config, [NEW], {})
    assert config.read_bytes() == content


def test_a_mistake_that_was_there_before_is_told_as_it_is(config: Path) -> None:
    config.write_bytes(b"[pol]\n")
    with pytest.raises(ConfigError, match="pol: there is no such section"):
        add_feeds(config, [NEW], {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    interval=st.integers(1, 3650 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_whatever_it_is_called_it_is_read_back(config: Path, name: str, interval: timedelta) -> None:
    config.write_bytes(OLD)
    feed = FeedSpec(url=NEW.url, name=name, tags=(name,), interval=interval)
    add_feeds(config, [feed], {})
    assert load_config(config, {}).feeds[1] == feed
