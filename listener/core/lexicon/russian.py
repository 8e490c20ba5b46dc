"""The closed word lists of Russian."""

from __future__ import annotations

import re

from listener.core.lexicon.base import DATES, MONEY, NUMBERS, ROUNDS, Lexicon, words

RUSSIAN = Lexicon(
    function_words=words(
        "и в во на с со к ко по из за о об от для до при под над без через между не но а или что как это его ее её их "
        "он она они мы вы я был была было были будет будут также уже ещё еще более около после перед свой своего свою"
    ),
    name_joiners=words("и &"),
    auxiliaries=words("был была было были будет будут"),
    adverbs=words("сегодня вчера уже также недавно официально ранее"),
    adverb_ending="",
    reporting=words("сообщила сообщил сообщили объявила объявил что заявила заявил"),
    pronouns=words("он она они"),
    generic_subjects=words("компания фирма группа холдинг банк стартап корпорация"),
    articles=frozenset(),
    descriptors=words(
        "компания компании компанию компанией стартап стартапа холдинг холдинга банк банка банку группа группы "
        "корпорация корпорации производитель разработчик оператор ритейлер сеть фирма концерн"
    ),
    compound_ends=frozenset(),
    leading=words("новый российская российский американская"),
    not_companies=words("компания правительство полиция суд россия москва сша европа мы они он она"),
    people_nouns=words("сотрудники инвесторы жители"),
    trailing=frozenset(),
    owned_nouns=frozenset(),
    clause_joints=words(", und и"),
    headline_verbs=frozenset(),
    person_titles=frozenset(),
    roles=re.compile(
        r"\b(?:(?:генеральн|исполнительн|финансов|техническ|коммерческ|управляющ)\w+\s(?:директор\w*|партн[её]р\w*)|"
        r"(?:вице-)?президент\w*|директор\w*|председател\w+(?:\s(?:совета\sдиректоров|правления))?|глав(?:а|ой|у|е)|"
        r"руководител\w+|CEO|CFO|CTO)\b",
        re.IGNORECASE,
    ),
    rounds=ROUNDS,
    money=MONEY,
    numbers=NUMBERS,
    dates=DATES,
)
