"""The data package: valid by frictionless and by the published 2.0 profiles, true to the models and to the files."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import pytest
from frictionless import Package
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator
from pydantic import StringConstraints, TypeAdapter, ValidationError
from strategies import COLUMNS, accepts, collected, example_of, filled_values, named, records, texts

import karabakh_data
from karabakh_data import load
from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.descriptor import (
    contribution_schema,
    data_path,
    datapackage,
    json_schema,
    list_pattern,
    record_name,
    schema_path,
    table_schema,
    to_json,
)
from karabakh_data.models import Record
from karabakh_data.tables import CONTRIBUTED_TABLES, DERIVED_TABLES, KEPT_TABLES, MODELS, write_csv
from karabakh_data.vocabulary import VOCABULARIES, Scheme

ROOT = Path(__file__).resolve().parent.parent
PROFILES = importlib.resources.files("dplib") / "profiles" / "2.0"
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=named)


@cache
def profile(name: str) -> Validator:
    """The published profile of Data Package 2.0, as dplib-py ships it."""
    schema = json.loads((PROFILES / f"{name}.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    assert '"$ref": "http' not in json.dumps(schema), "the profiles stand alone, so nothing is fetched"
    return Draft7Validator(schema)


def objections(validator: Validator, instance: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


@cache
def published_bytes() -> dict[str, bytes]:
    folder = load().folder
    assert folder is not None
    return {name: (folder / f"{name}.csv").read_bytes() for name in MODELS}


def packaged(*, inline: bool) -> dict[str, Any]:
    return datapackage(published_bytes(), load().sources, inline=inline)


# --- Data Package --------------------------------------------------------------------------------------------------


def test_frictionless_finds_the_installed_package_valid() -> None:
    report = karabakh_data.package().validate(limit_errors=10)
    assert report.flatten(["type", "message"]) == []
    assert {task.name for task in report.tasks} == set(MODELS)


def test_frictionless_finds_the_package_of_the_checkout_valid() -> None:
    report = Package(str(ROOT / "datapackage.json")).validate(limit_errors=10)
    assert report.flatten(["type", "message"]) == []


def test_frictionless_would_tell_a_faulty_package(tmp_path: Path) -> None:
    data = published_bytes() | {"edges": published_bytes()["edges"] + b"actor-nobody,speaker,source-none\n"}
    for name, content in data.items():
        (tmp_path / f"{name}.csv").write_bytes(content)
    package = Package.from_descriptor(datapackage(data, inline=True, folder=""), basepath=str(tmp_path))
    found = package.validate().flatten(["type", "message"])
    assert {kind for kind, _ in found} == {"foreign-key"}
    assert len(found) == 2


@pytest.mark.parametrize("inline", [True, False], ids=["schemas inline", "schemas by path"])
def test_the_package_is_valid_by_the_published_profile(inline: bool) -> None:
    assert objections(profile("datapackage"), packaged(inline=inline)) == []


def test_every_resource_is_valid_by_the_published_profile() -> None:
    for resource in packaged(inline=True)["resources"]:
        assert objections(profile("dataresource"), resource) == []
        assert objections(profile("tabledialect"), resource["dialect"]) == []


def test_the_profile_would_tell_a_faulty_package() -> None:
    assert objections(profile("datapackage"), {**packaged(inline=True), "resources": []})
    assert objections(profile("tableschema"), {"fields": [{"name": "a", "constraints": {"required": "yes"}}]})


def test_every_table_is_a_resource_in_the_order_of_publication() -> None:
    resources = packaged(inline=False)["resources"]
    assert [resource["name"] for resource in resources] == list(MODELS)
    assert {resource["name"] for resource in resources if resource["karabakh:derived"]} == DERIVED_TABLES
    assert all(resource["description"] and resource["title"] for resource in resources)


def test_no_path_is_absolute_or_leads_outside() -> None:
    for resource in packaged(inline=False)["resources"]:
        for path in (resource["path"], resource["schema"]):
            assert not path.startswith(("/", "~"))
            assert ".." not in path.split("/")
            assert (ROOT / path).is_file()


def test_hashes_and_sizes_are_those_of_the_files() -> None:
    resources = json.loads((ROOT / "datapackage.json").read_bytes())["resources"]
    assert {resource["name"] for resource in resources} == set(MODELS)
    for resource in resources:
        content = (ROOT / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_the_generated_files_are_what_the_models_make() -> None:
    assert (ROOT / "datapackage.json").read_bytes() == to_json(packaged(inline=False))
    for name, model in MODELS.items():
        assert (ROOT / schema_path(name)).read_bytes() == to_json(table_schema(model))
        assert (ROOT / f"schemas/json-schema/{record_name(model)}.json").read_bytes() == to_json(json_schema(model))
        assert (ROOT / data_path(name)).read_bytes() == published_bytes()[name]


def test_the_package_names_its_articles_licence_and_version() -> None:
    package = packaged(inline=False)
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]
    assert package["version"] == karabakh_data.__version__
    assert len(package["sources"]) == len(load().sources)
    assert all(source["title"] for source in package["sources"])


# --- Deterministic -------------------------------------------------------------------------------------------------

DIGEST = """
import hashlib
from karabakh_data import load
from karabakh_data.descriptor import datapackage, json_schema, table_schema, to_json
from karabakh_data.tables import MODELS, write_csv
ds = load()
data = {name: write_csv(model, ds.table(name)) for name, model in MODELS.items()}
made = [datapackage(data, ds.sources), datapackage(data, ds.sources, inline=True)]
made += [describe(model) for model in MODELS.values() for describe in (table_schema, json_schema)]
print(hashlib.sha256(b"".join([*map(to_json, made), *data.values()])).hexdigest())
"""


def test_every_run_makes_the_same_bytes_whatever_the_hash_seed() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for seed in ("0", "1", "4242")
    ]
    assert len({run.stdout for run in runs}) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", runs[0].stdout)


def test_json_is_canonical() -> None:
    assert to_json({"b": "é", "a": [1]}) == '{\n  "b": "é",\n  "a": [\n    1\n  ]\n}\n'.encode()


@every_model
def test_asking_twice_gives_the_same_and_never_a_shared_schema(model: type[Record]) -> None:
    for describe in (table_schema, json_schema):
        first = describe(model)
        before = to_json(first)
        first.clear()
        assert to_json(describe(model)) == before


# --- Table Schema --------------------------------------------------------------------------------------------------


@every_model
def test_a_table_schema_is_valid_by_the_published_profile(model: type[Record]) -> None:
    assert objections(profile("tableschema"), table_schema(model)) == []


@every_model
def test_a_table_schema_has_every_column_with_its_words_and_limits(model: type[Record]) -> None:
    schema = table_schema(model)
    assert [field["name"] for field in schema["fields"]] == list(model.model_fields)
    for field, column in zip(schema["fields"], columns_of(model), strict=True):
        limits = field.get("constraints", {})
        assert field["description"] == column.description
        assert limits.get("required", False) is column.published
        assert (limits.get("minimum"), limits.get("maximum")) == (column.minimum, column.maximum)
        if column.vocabulary and not column.is_list:
            assert limits["enum"] == field["categories"] == list(column.vocabulary.values())
        assert ("pattern" in limits) == (column.kind in (Kind.TEXT, Kind.EDTF) or column.is_list)


@every_model
def test_a_primary_key_names_fields(model: type[Record]) -> None:
    schema = table_schema(model)
    assert schema["primaryKey"] == list(model.PRIMARY_KEY)
    assert set(schema["primaryKey"]) <= {field["name"] for field in schema["fields"]}


@every_model
def test_a_foreign_key_names_a_table_and_its_primary_key(model: type[Record]) -> None:
    for key in table_schema(model).get("foreignKeys", []):
        (field,) = key["fields"]
        target = MODELS[key["reference"]["resource"] or model.TABLE]
        assert field in model.model_fields
        assert key["reference"]["fields"] == list(target.PRIMARY_KEY)


@every_model
def test_every_single_reference_is_a_foreign_key_and_every_list_is_checked_through_edges(model: type[Record]) -> None:
    keys = {key["fields"][0] for key in table_schema(model).get("foreignKeys", [])}
    referring = {c.name for c in columns_of(model) if c.reference and not c.is_list and c.reference != "nodes"}
    to_nodes = {c.name for c in columns_of(model) if c.reference == "nodes" and c.name != "id" and not c.is_list}
    assert keys == referring | to_nodes
    if model.TABLE not in KEPT_TABLES:  # which `build` checks, for they are no nodes and have no edges
        assert not any(column.is_list and not model.has_id() for column in columns_of(model)), "only nodes have edges"


def test_foreign_keys_lead_only_into_the_tables_that_are_there() -> None:
    keys = table_schema(MODELS["statements"], ["statements", "actors"])["foreignKeys"]
    assert [key["reference"]["resource"] for key in keys] == [""]


# --- Patterns ------------------------------------------------------------------------------------------------------

PATTERNS = sorted(
    {column.pattern for column in COLUMNS if column.pattern}
    | {list_pattern(column) for column in COLUMNS if column.is_list}
    | {scheme.pattern for scheme in Scheme}
)
PLAIN_ESCAPES = r"\\u[0-9a-f]{4}|\\[n\-.\[\]]"


@cache
def in_rust(pattern: str) -> TypeAdapter[str]:
    return TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


def matches_in_rust(pattern: str, text: str) -> bool:
    try:
        in_rust(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


def test_every_pattern_of_the_schemas_is_tried_here() -> None:
    described = json.dumps([describe(model) for model in MODELS.values() for describe in (table_schema, json_schema)])
    found = {json.loads(f'"{text}"') for text in re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', described)}
    assert found <= set(PATTERNS)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_anchored_around_a_group(pattern: str) -> None:
    assert pattern.startswith("^(?:")
    assert pattern.endswith(")$")
    re.compile(pattern[1:-1])  # balanced without the anchors


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_keeps_to_the_syntax_that_rust_python_and_ecmascript_share(pattern: str) -> None:
    assert not re.search(r"\(\?[^:]", pattern), "no lookaround, flags or named groups"
    assert not re.search(r"[*+?}][+?]", re.sub(r"\[[^\]]*\]", "x", pattern)), "neither lazy nor possessive"
    assert "\\" not in re.sub(PLAIN_ESCAPES, "", pattern), "no classes such as \\d, whose meaning differs"
    assert not re.search(r"\[[^\]]*(\[|&&|--|~~)", re.sub(r"\\.", "", pattern)), "no set operations of Rust"
    assert re.compile(pattern)
    assert in_rust(pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_the_same_in_rust_and_python(pattern: str) -> None:
    awkward = st.text("aA09-._;=+@ \n\r\t\u00a0\u2028\u3000\ufeffé漢𝄞[]~?/X", max_size=6)
    slips = st.builds(str.__add__, texts(pattern), awkward)

    @settings(max_examples=15, deadline=None)
    @given(texts(pattern) | awkward | slips)
    def check(text: str) -> None:
        assert matches_in_rust(pattern, text) == (re.fullmatch(pattern, text) is not None)

    check()


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.is_list], ids=named)
def test_the_pattern_of_a_list_cell_takes_what_the_column_writes(column: Column) -> None:
    @settings(max_examples=15, deadline=None)
    @given(filled_values(column))
    def check(value: Any) -> None:
        cell = column.write(value)
        assert re.fullmatch(list_pattern(column), cell)
        for wrong in (f"{cell};", f";{cell}", f"{cell};;{cell}", f"{cell};=1", ""):
            assert not re.fullmatch(list_pattern(column), wrong)

    check()


# --- JSON Schema ---------------------------------------------------------------------------------------------------


@cache
def judge(model: type[Record]) -> Validator:
    return Draft202012Validator(json_schema(model), format_checker=Draft202012Validator.FORMAT_CHECKER)


@every_model
def test_a_json_schema_is_valid_2020_12(model: type[Record]) -> None:
    schema = json_schema(model)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert schema["required"] == [column.name for column in columns_of(model) if column.required]


@every_model
def test_a_json_schema_takes_every_valid_record(model: type[Record]) -> None:
    for record in [*collected(records(model), 15), *collected(records(model, published=True), 5)]:
        assert objections(judge(model), record.model_dump(mode="json")) == []


@every_model
def test_a_json_schema_refuses_wrong_words_and_wrong_types(model: type[Record]) -> None:
    right = example_of(model).model_dump(mode="json")
    assert objections(judge(model), right) == []
    for column in columns_of(model):
        for one in ["no_such_word"] if column.vocabulary else [[], {}]:
            wrong = {**right, column.name: [one] if column.is_list else one}
            assert objections(judge(model), wrong), column.name


@every_model
def test_a_json_schema_refuses_unknown_and_missing_fields_and_repeated_elements(model: type[Record]) -> None:
    right = example_of(model).model_dump(mode="json")
    assert objections(judge(model), {**right, "colour": "red"})
    for column in columns_of(model):
        if column.required:
            assert objections(judge(model), {name: right[name] for name in right if name != column.name})
        if column.is_list:
            one = column.write(collected(filled_values(column), 1)[0]).split(";")[0]
            assert objections(judge(model), {**right, column.name: [one]}) == []
            assert objections(judge(model), {**right, column.name: [one, one]})


@every_model
def test_a_model_takes_what_its_json_schema_takes_in_a_field_but_for_the_calendar_of_edtf(model: type[Record]) -> None:
    right = example_of(model).model_dump(mode="json")
    for column in columns_of(model):
        for value in ("", " a", "=a", "2021-02-30", "1", 1.5, -1, True, ["a", "a"], ["a;b"], {}, None):
            if not objections(judge(model), {**right, column.name: value}):
                shape_alone = column.kind is Kind.EDTF and value == "2021-02-30"
                assert accepts(column, value) is not shape_alone, (column.name, value)


def test_derived_fields_are_read_only_and_words_carry_their_definitions() -> None:
    by_name = {vocabulary.__name__: vocabulary for vocabulary in VOCABULARIES}
    for model in MODELS.values():
        schema = json_schema(model)
        for column in columns_of(model):
            derived = column.origin is not None and column.origin.is_derived
            assert schema["properties"][column.name].get("readOnly", False) is derived
            assert schema["properties"][column.name]["description"]
        for name, words in schema.get("$defs", {}).items():
            defined = [(one["const"], one["description"]) for one in words["oneOf"]]
            assert defined == [(word.value, word.definition) for word in by_name[name]]


def test_the_records_of_the_data_set_are_valid_by_their_json_schemas() -> None:
    ds = load()
    for name, model in MODELS.items():
        for record in list(ds.table(name))[:25]:
            assert objections(judge(model), json.loads(record.model_dump_json())) == []


def test_written_tables_are_the_published_bytes() -> None:
    ds = load()
    assert {name: write_csv(model, ds.table(name)) for name, model in MODELS.items()} == published_bytes()


# ---- Contributions ----


@pytest.fixture(scope="module")
def contribution() -> Draft202012Validator:
    """Judges by the schema of contributions."""
    schema = contribution_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_schema_of_contributions_takes_every_published_record(
    contribution: Draft202012Validator, ds: karabakh_data.Dataset
) -> None:
    tables = {name: json.loads(json.dumps(ds.table(name).to_dicts(), default=str)) for name in MODELS}
    filled = {
        name: [{key: value for key, value in row.items() if value is not None} for row in rows]
        for name, rows in tables.items()
        if name in CONTRIBUTED_TABLES
    }
    assert list(contribution.iter_errors(filled)) == []
    assert list(contribution.iter_errors(filled["incidents"][:3])) == []


def test_the_schema_of_contributions_takes_the_example_and_refuses_a_slip(
    contribution: Draft202012Validator, root: Path
) -> None:
    example = json.loads((root / "examples/contribution-good/actors.json").read_text(encoding="utf-8"))
    assert list(contribution.iter_errors(example)) == []
    assert list(contribution.iter_errors({"actors": [{**example[0], "side": "south"}]}))
    assert list(contribution.iter_errors({"actor": example}))
    assert list(contribution.iter_errors({"actors": [{**example[0], "sidee": "none"}]}))


def test_every_column_of_the_schema_of_contributions_is_explained(contribution: Draft202012Validator) -> None:
    for model in MODELS.values():
        if model.TABLE in CONTRIBUTED_TABLES:
            properties = contribution.schema["$defs"][model.__name__]["properties"]
            assert all(properties[column.name].get("description") for column in columns_of(model))
