"""Our own words take no side and copy no sentence."""

import re

import pytest

from karabakh_data.columns import Kind, columns_of
from karabakh_data.models.types import Origin
from karabakh_data.neutrality import LOADED_WORDS, loaded_words, names_in
from karabakh_data.tables import MODELS

LONGEST_RUN = 7
"""Words in a row that our text may share with an article; more would be a copied sentence."""


def our_texts(ds):
    for name, model in MODELS.items():
        for column in columns_of(model):
            if column.origin is Origin.EDITORIAL and column.kind is Kind.TEXT and not column.reference:
                for record in ds.table(name):
                    text = getattr(record, column.name)
                    if text is not None:
                        yield f"{name} {record.key[0]} {column.name}", text


def words(text):
    return re.findall(r"[\w’'-]+", text.casefold())


@pytest.mark.parametrize("word", LOADED_WORDS)
def test_a_loaded_word_is_found_whatever_its_case(word):
    assert loaded_words(f"The {word.upper()} of it.") == [word]


@pytest.mark.parametrize("text", ["occupational health", "preoccupied", "The Regimen.", "enemys"])
def test_a_longer_word_that_contains_one_is_not_meant(text):
    assert loaded_words(text) == []


def test_names_are_found_as_whole_words_in_ids_and_text():
    assert names_in("incident-2016-04-02-armenian-fire", ["Armenian", "Fire", "menian"]) == ["Armenian", "Fire"]
    assert names_in("Shelling near Nagorno-Karabakh", ["Nagorno-Karabakh Republic"]) == []


def test_no_loaded_word_stands_in_our_own_text(ds):
    assert [(where, found) for where, text in our_texts(ds) if (found := loaded_words(text))] == []


def test_no_loaded_word_stands_in_the_definitions(ds):
    assert [term.key for term in ds.vocabularies if loaded_words(term.definition)] == []


def test_no_sentence_of_an_article_is_copied(ds, documents):
    runs = set()
    for source in ds.sources:
        text = words((documents / source.document).read_text(encoding="utf-8"))
        runs.update(tuple(text[i : i + LONGEST_RUN + 1]) for i in range(len(text) - LONGEST_RUN))
    copied = [
        where
        for where, text in our_texts(ds)
        if any(tuple(words(text)[i : i + LONGEST_RUN + 1]) in runs for i in range(len(words(text)) - LONGEST_RUN))
    ]
    assert copied == []


def test_the_reasons_for_uncited_passages_are_our_own_words(ds):
    reasons = [one.reason for spans in ds.uncited.values() for one in spans]
    assert reasons
    assert all(not loaded_words(reason) for reason in reasons)
