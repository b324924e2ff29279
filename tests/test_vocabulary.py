"""What every controlled vocabulary keeps to."""

from __future__ import annotations

import re

import pytest
from strategies import COLUMNS, named

from karabakh_data.vocabulary import VOCABULARIES, Scheme, SpeechAct, Vocabulary

WORDS = [word for vocabulary in VOCABULARIES for word in vocabulary]
SNAKE = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
SCHEME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"


def in_full(word: Vocabulary) -> str:
    return f"{type(word).__name__}.{word}"


@pytest.mark.parametrize("word", WORDS, ids=in_full)
def test_a_word_is_lower_snake_case_or_a_scheme(word: Vocabulary) -> None:
    assert re.fullmatch(SCHEME if isinstance(word, Scheme) else SNAKE, word.value)
    assert word.name == word.value.upper().replace("-", "_")


@pytest.mark.parametrize("word", WORDS, ids=in_full)
def test_a_word_has_a_definition_of_one_line_that_ends_in_a_stop(word: Vocabulary) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{5,}\.", word.definition)


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=named)
def test_no_two_words_of_a_vocabulary_share_a_definition(vocabulary: type[Vocabulary]) -> None:
    definitions = [word.definition for word in vocabulary]
    assert len(set(definitions)) == len(definitions) >= 2


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=named)
def test_a_vocabulary_says_at_most_once_that_a_source_does_not_say(vocabulary: type[Vocabulary]) -> None:
    assert sum(word.startswith("unspecified") for word in vocabulary.values()) <= 1
    assert "unspecified" not in vocabulary.values()[:-1], "it stands last"
    assert not {"unknown", "n_a", "na"} & set(vocabulary.values())


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=named)
def test_a_vocabulary_says_what_it_is(vocabulary: type[Vocabulary]) -> None:
    assert vocabulary.__doc__
    assert vocabulary.__doc__ != Vocabulary.__doc__


def test_the_vocabularies_are_exactly_those_that_columns_use() -> None:
    assert set(VOCABULARIES) == {column.vocabulary for column in COLUMNS if column.vocabulary}
    assert len(set(VOCABULARIES)) == len(VOCABULARIES)


def test_the_names_in_the_tables_are_snake_case_and_unique() -> None:
    names = [vocabulary.name_in_tables() for vocabulary in VOCABULARIES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(SNAKE, name) for name in names)


def test_a_word_is_its_text() -> None:
    assert SpeechAct.APPEAL == str(SpeechAct.APPEAL) == f"{SpeechAct.APPEAL}" == "appeal"
    assert SpeechAct("appeal") is SpeechAct.APPEAL
    assert SpeechAct.values()[:1] == (next(iter(SpeechAct)).value,)


@pytest.mark.parametrize(
    ("scheme", "right", "wrong"),
    [
        (Scheme.WIKIDATA, "Q229", "Q0229"),
        (Scheme.ISO3166_1_ALPHA3, "ARM", "AM"),
        (Scheme.ISO3166_2, "AM-SU", "AM_SU"),
        (Scheme.GW, "371", "0371"),
        (Scheme.COW, "373", "373.0"),
        (Scheme.UCDP_ACTOR, "80", "-80"),
        (Scheme.UCDP_CONFLICT, "388", "x388"),
        (Scheme.GEONAMES, "616052", "616 052"),
        (Scheme.GEO, "geo:39.8,46.75", "39.8,46.75"),
    ],
)
def test_a_scheme_tells_the_form_of_its_identifiers(scheme: Scheme, right: str, wrong: str) -> None:
    assert re.fullmatch(scheme.pattern, right)
    assert not re.fullmatch(scheme.pattern, wrong)
    assert not re.fullmatch(scheme.pattern, f"{right}１")


def test_every_scheme_is_among_the_examples() -> None:
    (examples,) = (mark for mark in test_a_scheme_tells_the_form_of_its_identifiers.pytestmark if mark.args)
    assert {scheme for scheme, _, _ in examples.args[1]} == set(Scheme)
