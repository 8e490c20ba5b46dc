"""The rules on disk: read, checked by their examples, and swapped only for a set without a mistake."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from listener.core.rules import RuleSource
from listener.errors import RuleError
from listener.executor import InlineExecutor
from listener.rulebook import (
    RuleFiles,
    RuleKeeper,
    check_rules,
    compile_rulebook,
    language,
    matcher_of,
    read_rule_files,
    shipped_rules,
)
from listener.store import Store

FUNDING = """\
trigger = "funding"
lang    = "en"
[[rule]]
id    = "raises"
match = ["{company} raise @amounts"]
[[example]]
text   = "Acme raises fresh money"
expect = { company = "Acme" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    (rules / "en").mkdir(parents=True)
    (rules / "lists").mkdir()
    (rules / "en" / "funding.toml").write_text(FUNDING)
    (rules / "lists" / "amounts.txt").write_text("# what is raised\nfresh money\n\ncapital  # of any kind\n")
    return rules


def test_files_and_lists_are_read(folder: Path) -> None:
    files = read_rule_files([folder])
    assert [source.path for source in files.sources] == [str(folder / "en" / "funding.toml")]
    assert files.lists == (("amounts", ("fresh money", "capital")),)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="nowhere: there is no such folder"):
        read_rule_files([tmp_path / "nowhere"])


def test_a_folder_without_rules_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no rule file in it"):
        read_rule_files([tmp_path])


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "en" / "bad.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleError, match=r"bad\.toml: cannot be read: it is not UTF-8 text"):
        read_rule_files([folder])


def test_a_file_whose_example_does_not_hold_is_left_out_whole(folder: Path) -> None:
    (folder / "en" / "other.toml").write_text(
        FUNDING.replace('"funding"', '"other"').replace('company = "Acme"', 'company = "Beta"')
    )
    book = compile_rulebook(read_rule_files([folder]))
    assert [rule.id for rule in book.rules.rules] == ["funding/raises"]
    (error,) = book.errors
    assert "should find {'company': 'Beta'}, but finds {'company': 'Acme'}" in str(error)
    assert error.line == 6


def test_an_example_that_must_find_nothing_and_does_is_a_mistake(folder: Path) -> None:
    (folder / "en" / "funding.toml").write_text(FUNDING.replace('{ company = "Acme" }', '"nothing"'))
    (error,) = compile_rulebook(read_rule_files([folder])).errors
    assert "should find nothing, but funding/raises finds {'company': 'Acme'}" in str(error)


def test_an_example_can_name_the_rule_that_must_fire(folder: Path) -> None:
    (folder / "en" / "funding.toml").write_text(FUNDING + 'rule = "closes"\n')
    (error,) = compile_rulebook(read_rule_files([folder])).errors
    assert "should find funding/closes, but finds nothing" in str(error)


@pytest.fixture
def keeper(folder: Path) -> RuleKeeper:
    return RuleKeeper([folder], InlineExecutor)


def test_an_unchanged_folder_is_no_new_set(keeper: RuleKeeper) -> None:
    before = keeper.in_use()
    assert not keeper.reload()
    assert keeper.in_use() is before


def test_a_good_edit_is_taken(keeper: RuleKeeper, folder: Path) -> None:
    keeper.in_use()
    (folder / "en" / "second.toml").write_text(FUNDING.replace('"raises"', '"other"'))
    assert keeper.reload()
    assert keeper.in_use().rules == 2


def test_an_edited_list_is_a_new_set(keeper: RuleKeeper, folder: Path) -> None:
    keeper.in_use()
    (folder / "lists" / "amounts.txt").write_text("fresh money\ncash\n")
    assert keeper.reload()


@pytest.mark.parametrize(
    "edit", ["match = [", FUNDING.replace("@amounts", "@amount"), FUNDING.replace('"Acme"', '"Beta"')]
)
def test_a_bad_edit_leaves_the_old_set_in_use(keeper: RuleKeeper, folder: Path, edit: str) -> None:
    before = keeper.in_use()
    (folder / "en" / "funding.toml").write_text(edit)
    assert not keeper.reload()
    assert keeper.in_use() is before
    assert len(keeper.errors) == 1


def test_a_folder_that_vanishes_leaves_the_old_set_in_use(keeper: RuleKeeper, folder: Path) -> None:
    before = keeper.in_use()
    folder.rename(folder.with_name("gone"))
    assert not keeper.reload()
    assert keeper.in_use() is before
    assert "there is no such folder" in keeper.errors[0]


def test_a_folder_that_comes_back_as_it_was_ends_the_trouble(keeper: RuleKeeper, folder: Path) -> None:
    keeper.in_use()
    folder.rename(folder.with_name("gone"))
    keeper.reload()
    folder.with_name("gone").rename(folder)
    keeper.reload()
    assert keeper.errors == ()


def test_each_change_is_told_once(folder: Path) -> None:
    told: list[tuple[bool, int]] = []
    keeper = RuleKeeper(
        [folder], InlineExecutor, on_change=lambda taken, errors: told.append((taken is not None, len(errors)))
    )
    keeper.in_use()
    (folder / "en" / "funding.toml").write_text("match = [")
    keeper.reload()
    keeper.reload()
    (folder / "en" / "funding.toml").write_text(FUNDING)
    keeper.reload()
    assert told == [(True, 0), (False, 1), (True, 0)]


def test_a_set_that_cannot_be_recorded_is_taken_when_it_can(folder: Path) -> None:
    full = True

    def record(*_: object) -> None:
        if full:
            raise OSError("the disk is full")

    keeper = RuleKeeper([folder], InlineExecutor, on_change=record)
    with pytest.raises(OSError, match="full"):
        keeper.reload()
    assert not keeper.are_in_use
    full = False
    assert keeper.reload()
    assert keeper.are_in_use


def test_a_mended_file_is_taken_and_the_error_forgotten(keeper: RuleKeeper, folder: Path) -> None:
    keeper.in_use()
    (folder / "en" / "funding.toml").write_text("match = [")
    keeper.reload()
    (folder / "en" / "funding.toml").write_text(FUNDING.replace('"raises"', '"gets"'))
    assert keeper.reload()
    assert keeper.errors == ()


def test_a_start_without_any_good_rule_raises(folder: Path) -> None:
    (folder / "en" / "funding.toml").write_text("match = [")
    with pytest.raises(RuleError, match="no rule is without a mistake"):
        RuleKeeper([folder], InlineExecutor).in_use()


def test_the_shipped_rules_have_two_examples_of_each_kind_for_every_rule() -> None:
    book = compile_rulebook(read_rule_files([shipped_rules()]))
    assert book.errors == ()
    for trigger in {trigger.name for trigger in book.rules.triggers}:
        examples = [example for example in book.rules.examples if example.trigger == trigger]
        rules = [rule for rule in book.rules.rules if rule.trigger.name == trigger]
        assert sum(example.expect is not None for example in examples) >= 2 * len(rules)
        assert sum(example.expect is None for example in examples) >= 2 * len(rules)


@pytest.mark.parametrize(
    ("lang", "word"), [("de", "Übernahme"), ("de", "gekauft"), ("ru", "назначить"), ("ru", "банка")]
)
def test_a_word_has_the_same_forms_whether_all_of_a_large_table_is_read_or_not(lang: str, word: str) -> None:
    whole, part = language(lang, {}), language(lang, {}, {word.lower()})
    assert whole is not None
    assert part is not None
    assert part.inflections(word.lower()) == whole.inflections(word.lower()) > {word.lower()}


def rule_file(name: str, phrase: str, example: str = "") -> RuleSource:
    text = f'trigger = "{name}"\nlang = "en"\n[[rule]]\nid = "x"\nmatch = ["{phrase}"]\n{example}'
    return RuleSource(path=f"rules/en/{name}.toml", text=text)


def test_the_good_files_are_those_without_a_mistake_and_what_they_inherit() -> None:
    wrong = '[[example]]\ntext = "Acme folds"\nexpect = { company = "Acme" }\n'
    shared = RuleSource(path="rules/en/shared.toml", text='lang = "en"\nunless = ["denies"]\n')
    good, failing, broken = (
        rule_file("a", "{company} opens"),
        rule_file("b", "{company} shuts", wrong),
        rule_file("c", "{"),
    )
    files = RuleFiles(sources=(good, failing, broken, shared))
    check = check_rules(files, InlineExecutor())
    assert check.good.files == {"en": RuleFiles(sources=(good, shared))}
    assert (check.good.rules, len(check.errors)) == (1, 2)
    assert matcher_of("en", check.good.files["en"]).match("Acme denies it opens", "", "en") == ()


def test_no_rule_of_a_language_runs_without_what_it_should_inherit() -> None:
    wrong = '[[example]]\ntext = "Acme folds"\nexpect = { company = "Acme" }\n'
    german = RuleSource(
        path="rules/de/b.toml", text=rule_file("b", "{company} schließt", wrong).text.replace('"en"', '"de"')
    )
    shared = RuleSource(path="rules/en/shared.toml", text='lang = "en"\nunless = ["{"]\n')
    book = compile_rulebook(RuleFiles(sources=(rule_file("a", "{company} opens"), german, shared)))
    assert book.rules.rules == ()
    assert book.files.sources == ()


def test_each_language_is_compiled_by_itself() -> None:
    german = RuleSource(path="b.toml", text=rule_file("b", "{company} schließt").text.replace('"en"', '"de"'))
    english, broken = rule_file("a", "{company} opens"), rule_file("c", "{")
    files = RuleFiles(sources=(english, german, broken), lists=(("cities", ("Leeds",)),))
    parts = files.by_language()
    assert {lang: part.sources for lang, part in parts.items()} == {"en": (english, broken), "de": (german,)}
    assert {part.lists for part in parts.values()} == {files.lists}
    good = check_rules(files, InlineExecutor()).good
    assert [(trigger.name, trigger.lang) for trigger in good.triggers] == [("a", "en"), ("b", "de")]
    assert matcher_of("de", good.files["de"]).match("Acme schließt", "", "de")
    assert matcher_of("de", good.files["de"]).match("Acme opens", "", "en") == ()


class Recording(InlineExecutor):
    """Runs the checks and notes of which languages they were."""

    def __init__(self) -> None:
        super().__init__()
        self.checked: list[object] = []

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.checked.append(args[0])
        return super().submit(fn, *args, **kwargs)


def test_only_the_languages_that_changed_are_checked_again(folder: Path) -> None:
    executor = Recording()
    (folder / "de.toml").write_text(rule_file("b", "{company} schließt").text.replace('"en"', '"de"'))
    keeper = RuleKeeper([folder], executor.apart)
    keeper.in_use()
    (folder / "de.toml").write_text(rule_file("b", "{company} öffnet").text.replace('"en"', '"de"'))
    assert keeper.reload()
    assert sorted(map(str, executor.checked)) == ["de", "de", "en"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with contextlib.closing(Store.open(tmp_path / "listener.db")) as store:
        yield store


def test_files_that_were_found_good_are_not_checked_at_the_next_start(folder: Path, store: Store) -> None:
    (folder / "de.toml").write_text(rule_file("b", "{company} schließt").text.replace('"en"', '"de"'))
    before = RuleKeeper([folder], InlineExecutor, memory=store.checked_rules).in_use()
    executor = Recording()
    assert RuleKeeper([folder], executor.apart, memory=store.checked_rules).in_use() == before
    assert executor.checked == []


def test_what_was_edited_between_two_starts_is_checked(folder: Path, store: Store) -> None:
    (folder / "de.toml").write_text(rule_file("b", "{company} schließt").text.replace('"en"', '"de"'))
    RuleKeeper([folder], InlineExecutor, memory=store.checked_rules).in_use()
    (folder / "en" / "funding.toml").write_text(FUNDING.replace('"raises"', '"other"'))
    executor = Recording()
    RuleKeeper([folder], executor.apart, memory=store.checked_rules).in_use()
    assert executor.checked == ["en"]


def test_files_with_a_mistake_are_checked_at_every_start(folder: Path, store: Store) -> None:
    (folder / "en" / "bad.toml").write_text(FUNDING.replace('"funding"', '"other"').replace('"Acme"', '"Beta"'))
    for _ in range(2):
        keeper = RuleKeeper([folder], InlineExecutor, memory=store.checked_rules)
        keeper.in_use()
        assert len(keeper.errors) == 1


def test_a_check_that_dies_leaves_the_old_set_in_use(folder: Path) -> None:
    class Dying(InlineExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            if keeper_has_rules:
                raise BrokenProcessPool
            return super().submit(fn, *args, **kwargs)

    keeper_has_rules = False
    keeper = RuleKeeper([folder], Dying)
    before = keeper.in_use()
    keeper_has_rules = True
    (folder / "en" / "funding.toml").write_text(FUNDING.replace('"raises"', '"other"'))
    assert not keeper.reload()
    assert keeper.in_use() is before
    assert "died" in keeper.errors[0]
    keeper_has_rules = False
    assert keeper.reload()
