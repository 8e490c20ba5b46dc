"""The account files on disk: read, and read again as they change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from listener.accountbook import AccountKeeper, read_account_files
from listener.core.page import page_of
from listener.executor import InlineExecutor

TEXT = "name;owner\nCobalt Fräight;anna\n"


def keeper(*paths: Path) -> AccountKeeper:
    return AccountKeeper(paths, InlineExecutor(), lambda: {"en"})


def names(keeper: AccountKeeper) -> list[str]:
    return [account.name for account in keeper.in_use().accounts]


def change(path: Path, text: str) -> None:
    """As an editor does it: a file of another size or time."""
    path.write_text(text)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000_000))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_every_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    files = read_account_files([tmp_path / "a.csv"])
    assert [account.name for account in files.accounts] == ["Cobalt Fräight"]
    assert files.problems == ()


def test_problems_name_file_and_line(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(TEXT)
    bad.write_text("name,domain\nBeta,???\n")
    files = read_account_files([bad, good, tmp_path / "none.csv"])
    assert [account.name for account in files.accounts] == ["Cobalt Fräight"]
    assert [problem.partition(":")[0] for problem in files.problems] == [f"{bad}, line 2", str(tmp_path / "none.csv")]


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    accounts = keeper(path)
    assert names(accounts) == ["Cobalt Fräight"]
    assert not accounts.reload()
    change(path, "name\nBeta\n")
    assert accounts.reload()
    assert names(accounts) == ["Beta"]


def test_the_book_from_before_stays_while_a_file_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    accounts = keeper(path)
    accounts.in_use()
    path.unlink()
    assert not accounts.reload()
    assert names(accounts) == ["Cobalt Fräight"]
    path.write_text("name\nBeta\n")
    assert accounts.reload()
    assert names(accounts) == ["Beta"]


def test_without_files_there_are_no_accounts() -> None:
    assert names(keeper()) == []


def test_a_dictionary_tells_ordinary_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name\nTarget\nApple Leisure\nVeltrane\n")
    book = keeper(tmp_path / "a.csv").in_use()
    page = page_of("", "Nothing else.", None)
    found = [bool(book.find([name], page)) for name in ("Target", "Apple Leisure", "Veltrane")]
    assert found == [False, False, True]
