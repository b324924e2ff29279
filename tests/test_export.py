"""What every export promises: the registry, the command, and files that are old or new."""

from __future__ import annotations

import importlib
import os
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from exported import awkward

import karabakh_data as kd
from karabakh_data import files, frames
from karabakh_data.cli import main
from karabakh_data.export import FORMATS, ExportError
from karabakh_data.tables import MODELS


def run(*arguments):
    return CliRunner().invoke(main, ["export", *arguments])


def contents(path: Path) -> dict[str, bytes]:
    found = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.stem}*")
    return {one.relative_to(path.parent).as_posix(): one.read_bytes() for one in found if one.is_file()}


@pytest.fixture(scope="module")
def small():
    """A data set that is quickly written."""
    return awkward()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_a_module_that_writes_it(name):
    module = importlib.import_module(f"karabakh_data.export.{FORMATS[name].module}")
    assert callable(module.write)
    assert FORMATS[name].name == name
    assert "\n" not in FORMATS[name].description


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_data_set_gives_the_same_bytes(small, name, tmp_path):
    first = small.export(name, tmp_path / "a" / "x" if FORMATS[name].is_folder else _in(tmp_path / "a"))
    again = small.export(name, tmp_path / "b" / "x" if FORMATS[name].is_folder else _in(tmp_path / "b"))
    if name == "duckdb":  # a database file numbers its writes; its content is compared in its own test
        assert set(contents(first)) == set(contents(again))
    else:
        assert contents(first) == contents(again)


def _in(folder: Path) -> Path:
    folder.mkdir()
    return folder / "x"


def test_no_two_formats_are_written_under_the_same_name():
    assert len({one.usual_name for one in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_without_a_path_it_is_written_under_its_usual_name(small, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = small.export(name)
    assert written == Path(FORMATS[name].usual_name)
    assert written.is_dir() == FORMATS[name].is_folder


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_there_of_an_earlier_export_is_replaced(small, name, tmp_path):
    target = tmp_path / "x"
    small.export(name, target)
    kept = contents(target)
    for path in [target, *target.rglob("*")]:
        if path.is_file():
            path.write_bytes(b"old")
    small.export(name, target)
    assert set(contents(target)) == set(kept)
    assert b"old" not in contents(target).values()


@pytest.mark.parametrize("name", [name for name in FORMATS if FORMATS[name].is_folder])
def test_a_folder_with_other_files_is_refused_and_left_as_it_is(small, name, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/mine.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"holds notes/mine.txt, which .* does not write: name a new or empty folder"):
        small.export(name, tmp_path)
    assert contents(tmp_path) == {f"{tmp_path.name}/notes/mine.txt": b"mine"}


def test_an_interrupted_export_is_finished_by_the_next(small, tmp_path, monkeypatch):
    def stop(root, content):
        for name, data in content.items():
            files.write_atomically(files.staged_path(root / name), data)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(files, "write_set", stop)
        with pytest.raises(KeyboardInterrupt):
            small.export("jsonl", tmp_path / "x")
    small.export("jsonl", tmp_path / "x")
    assert {path.name for path in (tmp_path / "x").iterdir()} == {f"{name}.jsonl" for name in MODELS}


def test_a_file_is_no_folder_and_a_folder_no_file(small, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match="is a file, and jsonl is a folder of files: name a folder"):
        small.export("jsonl", tmp_path / "file")
    with pytest.raises(ExportError, match=r"is a folder, and sqlite is one file: name a file, such as .*\.sqlite"):
        small.export("sqlite", tmp_path)
    with pytest.raises(ExportError, match="there is no folder"):
        small.export("sqlite", tmp_path / "none" / "x.sqlite")


def test_what_is_no_file_is_never_replaced(small, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("sqlite", "jsonl"):
        with pytest.raises(ExportError, match="is a device or pipe and no file"):
            small.export(name, tmp_path / "pipe")
        with pytest.raises(ExportError, match="is not written to standard output"):
            small.export(name, "-")
    assert (tmp_path / "pipe").is_fifo()


def test_a_data_set_that_does_not_hold_together_is_refused(small, tmp_path):
    tables = {name: list(small.table(name)) for name in small}
    without = kd.Dataset({**tables, "places": []})
    with pytest.raises(ExportError, match=r"does not hold together: .*place-a"):
        without.export("jsonl", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_derived_tables_that_are_not_those_of_the_records_are_refused(small, tmp_path):
    tables = {name: list(small.table(name)) for name in small}
    nodes, edges = tables["nodes"], tables["edges"]
    other = nodes[0].model_copy(update={"label": "Another label"})
    turned = edges[0].model_copy(update={"object_id": edges[0].subject_id})
    for changed, said in (
        ({"nodes": nodes[1:]}, f"nodes is not what follows from the records: {nodes[0].id} is missing"),
        ({"nodes": [other, *nodes[1:]]}, f"nodes .*: {nodes[0].id} differs"),
        ({"edges": edges[1:]}, f"edges .*: {' '.join(edges[0].key)} is missing; `karabakh_data.derive.derive` makes"),
        ({"edges": [turned, *edges]}, f"edges .*: {' '.join(turned.key)} follows from no record"),
    ):
        with pytest.raises(ExportError, match=said):
            kd.Dataset({**tables, **changed}).export("jsonl", tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("name", "ending"), [(one.name, ending) for one in FORMATS.values() for ending in one.journals]
)
def test_a_database_is_not_replaced_under_a_journal_that_would_be_played_back(small, name, ending, tmp_path):
    target = small.export(name, tmp_path / "x.db")
    before, journal = contents(target), tmp_path / f"x.db{ending}"
    journal.write_bytes(b"pages")
    with pytest.raises(
        ExportError, match=rf"x\.db{ending} lies beside it, .*: close the program .* remove x\.db{ending}"
    ):
        small.export(name, target)
    journal.unlink()
    assert contents(target) == before
    small.export(name, target)


def test_a_database_that_a_program_is_writing_to_is_not_replaced(small, tmp_path):
    target = small.export("sqlite", tmp_path / "x.sqlite")
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("UPDATE actors SET description = 'Mine.'")
    connection.commit()
    with pytest.raises(ExportError, match=r"x\.sqlite-wal lies beside it"):
        small.export("sqlite", target)
    connection.close()
    small.export("sqlite", target)


def test_what_is_no_format_or_no_option_is_told_in_plain_words(small, tmp_path):
    with pytest.raises(TypeError, match="expected the name of a format, such as 'sqlite', not NoneType"):
        small.export(None)
    with pytest.raises(ExportError, match="sqlite has no option 'base': it takes none"):
        small.export("sqlite", tmp_path / "x", base="https://x/")
    with pytest.raises(ExportError, match="jsonld has no option 'bass'; it takes base"):
        small.export("jsonld", tmp_path / "x", bass="https://x/")
    assert not list(tmp_path.iterdir())


# ---- The command ----


def test_help_lists_every_format_with_its_line():
    said = " ".join(run("--help").output.split())
    for one in FORMATS.values():
        assert f"{one.name} {one.description}" in said


def test_the_command_writes_and_says_where(tmp_path):
    done = run("jsonl", "-o", str(tmp_path / "x"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{tmp_path / 'x'} written\n"


def test_another_folder_of_tables_is_exported(tmp_path):
    run("csv", "-o", str(tmp_path / "package"))
    done = run("jsonl", "-o", str(tmp_path / "x"), "--data", str(tmp_path / "package/data"))
    assert done.exit_code == 0, done.output
    done = run("jsonl", "-o", str(tmp_path / "y"), "--data", str(tmp_path))
    assert done.exit_code == 2
    assert "holds no sources.csv" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sqlit"], "no format 'sqlit'; did you mean 'sqlite'?; `karabakh-data export --help` tells what each is"),
        (["zzz"], f"no format 'zzz'; the formats are {', '.join(FORMATS)}"),
        (["excel"], "no format 'excel'; did you mean 'xlsx'?"),
        (["ged"], "no format 'ged'; did you mean 'ucdp-ged'?"),
        (["csv", "--base", "https://x/"], "--base is for jsonld; csv has no IRIs"),
        (["jsonld", "--base", "no iri"], "'no iri' is no base of IRIs"),
        (["jsonl", "-o", "x.txt/y"], "x.txt"),
    ],
)
def test_wrong_usage_is_told_in_plain_words(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.txt").write_text("a file")
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("name", [name for name in FORMATS if FORMATS[name].extra])
def test_a_missing_library_names_its_extra(name, small, tmp_path, monkeypatch):
    def missing(module, extra):
        raise frames.MissingExtraError(f"{module} is not installed: pip install 'karabakh-data[{extra}]'")

    module = importlib.import_module(f"karabakh_data.export.{FORMATS[name].module}")
    monkeypatch.setattr(frames, "require", missing)
    monkeypatch.setattr("karabakh_data.workbook.require", missing)
    monkeypatch.setattr(module, "require", missing, raising=False)
    monkeypatch.chdir(tmp_path)
    done = run(name)
    assert done.exit_code == 2
    assert f"pip install 'karabakh-data[{FORMATS[name].extra}]'" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_extra_of_each_format_brings_the_libraries(root):
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    for one in FORMATS.values():
        assert one.extra is None or f"\n{one.extra} = [" in text
