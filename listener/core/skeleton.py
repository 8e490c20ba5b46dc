"""A rule file to begin with."""

from __future__ import annotations

from datetime import timedelta

from listener.core.rules import Trigger

_PHRASES = {
    "en": (
        "{company} adopt [a|the] four-day week",
        "Acme Robotics adopts a four-day week",
        "Acme Robotics sells a week",
    ),
    "de": (
        "{company} einführen|führen ...3 Viertagewoche",
        "Acme Robotics führt die Viertagewoche ein",
        "Acme Robotics verkauft eine Woche",
    ),
    "ru": (
        "{company} перейти на четырёхдневную неделю",
        "Акме перешла на четырёхдневную неделю",
        "Акме отдыхала неделю",
    ),
}
_NAMES = {"ru": "Акме"}
_TEMPLATE = """\
# {label}: say here in one sentence what counts, and what does not.
# How phrases are written is in docs/rules.md. Does it hold?  listener rules test
# Why does a headline match, or not?  listener rules explain "the headline"

trigger   = "{trigger}"  # as routes in config.toml name it; the same in every language
label     = "{label}"  # for people
lang      = "{lang}"
weight    = {weight}  # score of a plain match, 0-100
half_life = "{half_life}"  # the score halves in this time
why       = "{why}"  # for the rep: why call now?

# unless = ["phrase", "another"]  # in the same sentence, these drop the match of every rule here

[[rule]]
id    = "first"  # unique in this file
match = [
  "{phrase}",
]
# unless = ["phrase"]  # drops the match of this rule
# hedge  = ["phrase"]  # marks it as uncertain: it scores 25 less
# where  = "title"     # look at headlines only ("title", "text" or "both")

# At least two texts that must be found, and two that must not, for each rule. They run before a running
# daemon takes the file.
[[example]]
text   = "{finds}"
expect = {{ company = "{company}" }}

[[example]]
text   = "{finds_not}"
expect = "nothing"
"""


def skeleton(trigger: str, lang: str, *, like: Trigger | None = None) -> str:
    """The text of a commented rule file that holds as it is; `like`: the trigger as another language has it.

    Nothing is checked: what is wrong with the name or the language is found when the text is compiled.
    """
    phrase, finds, finds_not = _PHRASES.get(lang, _PHRASES["en"])
    return _TEMPLATE.format(
        trigger=trigger,
        lang=lang,
        label=like.label if like else trigger.replace("_", " ").capitalize(),
        weight=like.weight if like else 50,
        half_life=f"{(like.half_life if like else timedelta(days=30)) // timedelta(days=1)}d",
        why=like.why if like else "Say it here.",
        phrase=phrase,
        finds=finds,
        finds_not=finds_not,
        company=_NAMES.get(lang, "Acme Robotics"),
    )
