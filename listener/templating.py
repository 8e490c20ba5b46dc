"""The templates of messages: those of the operator's folder where it has them, else those beside this module.

A template says by its ending which form it makes, and what it shows is made harmless for that form: in `.html` it is
escaped, in `.md` it has no character that a chat takes for markup, in `.txt` it stays. A template of the operator
runs in Jinja's sandbox; one that fails costs no message: the shipped one takes its place, and the log says so.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listener.logs import Event

if TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2.sandbox import SandboxedEnvironment

log = logging.getLogger("listener.templating")

FORMS = ("txt", "md", "html")
OVERRIDABLE = tuple(f"{name}.{form}" for name in ("alert", "digest") for form in FORMS)
"""The templates that a folder of the operator may have. Names that begin with _ are parts that these include."""

_BREAK = "\N{ZERO WIDTH SPACE}"


class Raw(str):
    """Text that is in the form of its template already."""

    __slots__ = ()


class Templates:
    """The templates of all messages. `folder` None: the operator has none. Read again when a file changes."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._own: dict[str, SandboxedEnvironment] = {}

    def render(self, name: str, **shown: Any) -> str:
        """What the template of that name makes of `shown`; the shipped one if the operator's fails."""
        if self._folder is not None and name in OVERRIDABLE and (self._folder / name).is_file():
            try:
                return self.render_own(name, **shown)
            except Exception as error:
                where, what = _where(error, self._folder / name), _words(error)
                log.warning(Event("templates.failed", "the shipped one is used", template=where, error=what))
        return _shipped(_form(name)).get_template(name).render(**shown).strip()

    def render_own(self, name: str, **shown: Any) -> str:
        """What the operator's template of that name makes of `shown`. Raises what Jinja raises."""
        form = _form(name)
        if form not in self._own:
            self._own[form] = _environment(form, _folder_loader(self._folder or Path()))
        return self._own[form].get_template(name).render(**shown).strip()

    def problems(self, samples: Callable[[str], Iterator[dict[str, Any]]]) -> Iterator[str]:
        """Every mistake in the operator's templates, with file and line. `samples`: what one of a name is tried on."""
        if self._folder is None:
            return
        for path in sorted(self._folder.iterdir()):
            if path.name in OVERRIDABLE:
                yield from self._problem(path, samples(path.name))
            elif not path.name.startswith(("_", ".")):
                yield f"{path}: is no template of a message. There are {', '.join(OVERRIDABLE)}"

    def _problem(self, path: Path, samples: Iterator[dict[str, Any]]) -> Iterator[str]:
        try:
            for shown in samples:
                self.render_own(path.name, **shown)
        except Exception as error:
            yield f"{_where(error, path)}: {_words(error)}. Until it is mended the shipped template is used"


SHIPPED = Templates()


def in_markdown(text: str) -> str:
    """`text`, one line, without anything that a chat takes for markup.

    Nothing is escaped with a backslash: Slack shows those, and Telegram refuses a message in which one stands within
    bold words. What any dialect could take for markup becomes a letter that looks like it.
    """
    alike = _EDGE.sub("＿", text.translate(_LOOKALIKES)).replace("||", "∣∣")
    return _LINE_START.sub(rf"{_BREAK}\g<0>", _ENTITY.sub(rf"&{_BREAK}", alike))


_LOOKALIKES = str.maketrans("*`~\\[]", "∗ˋ∼∖()")
_EDGE = re.compile(r"(?<!\w)_|_(?!\w)")  # within a word it is a letter
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^\s*(?:[#>]|\d*[+.)-](?=[\s-]|$))")  # headings, quotes, lists, rules


# --------------------------------------------------------------------------- environments


@cache
def _shipped(form: str) -> SandboxedEnvironment:
    from jinja2 import PackageLoader

    return _environment(form, PackageLoader("listener"))


def _folder_loader(folder: Path) -> BaseLoader:
    from jinja2 import FileSystemLoader

    return FileSystemLoader(folder)


def _environment(form: str, loader: BaseLoader) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=form == "html",
        finalize=_harmless if form == "md" else None,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    return in_markdown(value) if isinstance(value, str) and not isinstance(value, Raw) else value


def _form(name: str) -> str:
    return name.rpartition(".")[2]


# --------------------------------------------------------------------------- mistakes in words


def _where(error: Exception, path: Path) -> str:
    """File and line of the mistake: the innermost of the operator's templates that Jinja's traceback names."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or path}:{error.lineno}"
    step, found = error.__traceback__, str(path)
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if Path(file).parent == path.parent:
            found = f"{file}:{step.tb_lineno}"
        step = step.tb_next
    return found


def _words(error: Exception) -> str:
    from jinja2 import TemplateNotFound

    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    said = re.sub(r"'[\w.]*\._(\w+) object'", lambda found: found[1].lower(), str(error))
    return " ".join(said.split()) or type(error).__name__
