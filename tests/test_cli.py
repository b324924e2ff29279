"""What the command line promises: results on stdout, messages on stderr, exit codes 0, 1 and 2, and no traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small_seeds import DAILY, at

import karabakh_data as kd
from karabakh_data.cli import main
from karabakh_data.dataset import DATA
from karabakh_data.display import claims_about, record_text, voices
from karabakh_data.evidence import DOCUMENTS_VARIABLE
from karabakh_data.tables import MODELS

COMMANDS = list(main.commands)
IDENTIFIED = [name for name, model in MODELS.items() if model.has_id()]


def run(*arguments: Any, **environment: str) -> Result:
    """Run a command in this process; whatever it raises but an exit is a failure of the test."""
    result = CliRunner().invoke(main, [str(one) for one in arguments], env={"COLUMNS": "100", **environment})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.stdout + result.stderr
    return result


def ok(*arguments: Any, **environment: str) -> str:
    result = run(*arguments, **environment)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def told(code: int, *arguments: Any, **environment: str) -> str:
    """The message of a command that ends with this exit code and no result."""
    result = run(*arguments, **environment)
    assert (result.exit_code, result.stdout) == (code, "")
    return result.stderr


def words(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


@pytest.fixture
def built(small: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of the small data set, built, and the current folder."""
    assert run("build", "--root", small, "--documents", articles).exit_code == 0
    monkeypatch.chdir(small)
    return small


# ---- Help ----


def test_there_are_the_commands_of_the_design() -> None:
    assert {"ls", "show", "build", "verify", "cite"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_and_each_of_its_options_has_help(command: str, option: str) -> None:
    text = ok(command, option)
    assert text.startswith("Usage: ")
    for parameter in main.commands[command].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in text
            assert getattr(parameter, "help", None)


def test_the_help_names_the_exit_codes_and_every_command() -> None:
    text = ok("--help")
    assert "Exit codes: 0 clean, 1 findings, 2 wrong usage or nothing readable." in text
    assert all(command in text for command in COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    assert ok("--version") == f"karabakh-data, version {kd.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["lst"], ["ls", "--form", "json"], ["ls", "--format", "xml"], ["show"], ["cite"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert "Usage: " in told(2, *arguments)


# ---- ls ----


def test_ls_lists_every_table_with_its_size(ds: kd.Dataset) -> None:
    lines = [line.split() for line in ok("ls").splitlines()]
    sizes = {line[0]: line[1].replace(",", "") for line in lines if line[0] in MODELS}
    assert sizes == {name: str(len(ds.table(name))) for name in MODELS}


def test_ls_as_json_is_complete(ds: kd.Dataset) -> None:
    rows = json.loads(ok("ls", "--format", "json"))
    assert [(row["table"], row["rows"]) for row in rows] == [(name, len(ds.table(name))) for name in MODELS]
    assert all(row["description"] for row in rows)


@pytest.mark.parametrize("name", list(MODELS))
def test_ls_of_a_table_lists_every_record(ds: kd.Dataset, name: str) -> None:
    text = ok("ls", name)
    for record in ds.table(name):
        assert str(record.key[0]) in text


@pytest.mark.parametrize("name", list(MODELS))
def test_ls_of_a_table_as_json_holds_every_cell(ds: kd.Dataset, name: str) -> None:
    found = json.loads(ok("ls", name, "--format", "json"))
    assert found == json.loads(json.dumps(ds.table(name).to_dicts(), default=str))


def test_a_misspelt_table_is_told_with_the_nearest() -> None:
    assert told(2, "ls", "evidenc") == (
        "karabakh-data: no table 'evidenc'; did you mean 'evidence'?; `karabakh-data ls` lists them\n"
    )


def test_another_folder_of_tables_is_listed(built: Path) -> None:
    assert "place-midtown" in ok("ls", "places", "--data", built / "karabakh_data" / "data")


# ---- show ----


@pytest.mark.parametrize("name", IDENTIFIED)
def test_show_prints_a_record_of_every_table_with_its_cells_neighbours_and_citations(ds: kd.Dataset, name: str) -> None:
    record = max(ds.table(name), key=lambda r: len(ds.citations(r)))
    text = words(ok("show", record.identity))
    assert f"{record.identity} ({name})" in text
    assert "Related" in text
    assert "Citations" in text
    for evidence in ds.citations(record):
        assert f"{evidence.start}-{evidence.end}" in text
    assert words(ds.cite(record))[:60] in text


@pytest.mark.parametrize("name", IDENTIFIED)
def test_every_record_can_be_shown(ds: kd.Dataset, name: str) -> None:
    for record in ds.table(name):
        for width in (40, 120):
            assert str(record.identity) in record_text(ds, record, width)


@pytest.mark.parametrize("name", IDENTIFIED)
def test_show_as_json_is_complete(ds: kd.Dataset, name: str) -> None:
    record = ds.table(name)[0]
    shown = json.loads(ok("show", record.identity, "--format", "json"))
    assert shown["table"] == name
    assert shown["record"] == json.loads(json.dumps(ds.table(name).to_dicts()[0], default=str))
    assert shown["related"] == {k: [r.identity for r in v] for k, v in ds.related(record).items()}
    assert shown["citations"] == json.loads(json.dumps(ds.citations(record).to_dicts(), default=str))
    assert shown["citation"] == ds.cite(record)


def test_show_of_an_incident_lists_its_claims_by_camp_with_citations_and_names_both_statuses(ds: kd.Dataset) -> None:
    claimed = [incident for incident in ds.incidents if claims_about(ds, incident)]
    assert claimed
    most = max(claimed, key=lambda incident: len(claims_about(ds, incident)))
    assert words(ok("show", most.identity)) == words(record_text(ds, most, 100))
    for incident in claimed:
        text = words(record_text(ds, incident, 100))
        claims = claims_about(ds, incident)
        assert f"occurrence {incident.occurrence_status}: {words(incident.occurrence_status.definition)}" in text
        assert f"blame {incident.attribution_status}: {words(incident.attribution_status.definition)}" in text
        count = voices(ds, claims)
        for camp in ("armenian", "azerbaijani", "outside", "unattributed"):
            assert f"{camp} {count[camp]}" in text
            assert (f"Claims by {camp}" in text) >= (count[camp] > 0)  # a mention is shown, and counts nowhere
        for claim in claims:
            assert f"record {claim.statement_id}" in text
            cited = ds.citations(claim, "speech_act")
            assert cited
            assert all(f"{e.source_id} {e.start}-{e.end}" in text for e in cited)


def test_show_of_a_record_lists_its_identifiers_and_where_each_was_verified(ds: kd.Dataset) -> None:
    for record_id in {identifier.record_id for identifier in ds.identifiers}:
        text = words(record_text(ds, ds[record_id], 100))
        for identifier in ds.identifiers.where(record_id=record_id):
            assert words(f"{identifier.scheme} {identifier.value} verified in {identifier.verified_in}") in text


def test_show_of_an_id_in_other_letters_suggests_the_id(ds: kd.Dataset) -> None:
    record_id = str(ds.actors[0].actor_id)
    assert f"did you mean '{record_id}'" in told(2, "show", record_id.upper())


def test_show_of_an_incident_without_claims_says_so_for_every_camp(ds: kd.Dataset) -> None:
    silent = [incident for incident in ds.incidents if not claims_about(ds, incident)]
    for incident in silent:
        text = words(record_text(ds, incident, 100))
        assert "armenian 0, azerbaijani 0, outside 0, unattributed 0" in text
        assert "Claims by" not in text


def test_show_of_an_incident_as_json_holds_claims_and_voices(ds: kd.Dataset) -> None:
    for incident in list(ds.incidents)[::6]:
        shown = json.loads(ok("show", incident.identity, "--format", "json"))
        claims = claims_about(ds, incident)
        assert {row["statement_id"] for row in shown["claims"]} == {claim.statement_id for claim in claims}
        assert shown["voices"] == dict(voices(ds, claims))


def test_show_of_a_ceasefire_lists_what_is_reported_of_it(ds: kd.Dataset) -> None:
    for ceasefire in ds.ceasefires:
        text = words(ok("show", ceasefire.identity))
        shown = json.loads(ok("show", ceasefire.identity, "--format", "json"))
        reports = ds.status_reports.where(ceasefire_id=ceasefire.ceasefire_id)
        assert {row["report_id"] for row in shown["status_reports"]} == {r.report_id for r in reports}
        for report in reports:
            assert f"{report.as_of} {report.ceasefire_status}" in text


def test_a_misspelt_id_is_told_with_the_nearest(ds: kd.Dataset) -> None:
    right = ds.ceasefires[0].ceasefire_id
    message = told(2, "show", right[:-1])
    assert message.startswith(f"karabakh-data: no record {right[:-1]!r}; did you mean ")
    assert repr(right) in message


@pytest.mark.parametrize("typed", ["", " ", "§", "statement", "x" * 10_000, "\x00", "-1"])
def test_an_id_that_is_none_is_told(typed: str) -> None:
    assert "karabakh-data: no record " in told(2, "show", "--", typed)


# ---- Folders that are no data set ----


@pytest.mark.parametrize("command", [["ls"], ["ls", "places"], ["show", "place-midtown"]])
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("places", None, "holds no places.csv"),
        ("places", b"nonsense\n", "places: the header is"),
        ("places", b'"', "places"),
        ("places", b"\xff\xfe", "places"),
        ("identifiers", b"record_id,scheme,value,verified_in\nx,y\n", "identifiers, line 2: 2 cells, expected 4"),
    ],
)
def test_a_folder_that_is_no_data_set_is_told(
    built: Path, command: list[str], name: str, data: bytes | None, message: str
) -> None:
    folder = built / "karabakh_data" / "data"
    path = folder / f"{name}.csv"
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    assert message in told(2, *command, "--data", folder)


def test_building_is_advised_in_a_checkout_only(built: Path, tmp_path: Path) -> None:
    folder = built / "karabakh_data" / "data"
    (folder / "places.csv").unlink()
    copy = shutil.copytree(folder, tmp_path / "copy" / "data")
    assert "run `karabakh-data build --documents DIR` first" in told(2, "ls", "--data", folder)
    message = told(2, "ls", "--data", copy)
    assert "holds no places.csv" in message
    assert "karabakh-data build" not in message


def test_the_folder_around_the_tables_is_told_with_the_one_that_holds_them(built: Path) -> None:
    message = told(2, "ls", "--data", ".")
    assert message == f"karabakh-data: . holds no sources.csv; the tables lie in {Path('karabakh_data/data')}\n"


@pytest.mark.parametrize("name", ["sources", "actors", "occasions", "nodes"])
def test_a_record_of_tables_that_do_not_fit_together_is_not_shown(built: Path, name: str) -> None:
    folder = built / "karabakh_data" / "data"
    header, *_ = (folder / f"{name}.csv").read_bytes().splitlines(keepends=True)
    (folder / f"{name}.csv").write_bytes(header)
    message = told(2, "show", "statement-bell-appeal", "--data", folder)
    assert ("the data set does not hold together: error " if name != "nodes" else ": nodes ") in message
    assert ok("ls", "statements", "--data", folder)


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        ("nodes", "place-midtown,", ": nodes "),
        ("nodes", "source-daily,", ": nodes "),
        ("places", "", "KD303 places place-midtown, place_id: 2 rows have this key"),
    ],
)
def test_what_is_shown_explored_or_exported_holds_together(built: Path, name: str, row: str, message: str) -> None:
    folder = built / "karabakh_data" / "data"
    header, *rows = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [one for one in rows if not one.startswith(row)] if row else [*rows, rows[0]]
    (folder / f"{name}.csv").write_text("".join([header, *kept]), encoding="utf-8")
    for command in (["show", "statement-bell-appeal"], ["explore"], ["export", "jsonl"]):
        output = [] if command[0] == "show" else ["-o", built / "made"]
        assert message in told(2, *command, *output, "--data", folder)
    assert not (built / "made").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "does not exist" in told(2, "ls", "--data", tmp_path / "nowhere")


# ---- cite ----


def test_cite_prints_the_entry_for_exact_words(articles: Path) -> None:
    assert (
        ok("cite", articles / "daily.txt", "both armies") == f"{{at: {at('both armies')}, basis: verbatim}}  # line 3\n"
    )


def test_cite_prints_every_place_and_asks_to_choose(articles: Path) -> None:
    result = run("cite", articles / "daily.txt", "Northland")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == DAILY.count("Northland") == 3
    assert result.stderr == "3 places: choose the one where the value is read\n"


def test_cite_as_json_holds_places_lines_and_digests(articles: Path, built: Path) -> None:
    found = json.loads(ok("cite", articles / "daily.txt", "It is in force.", "--format", "json"))
    (span,) = found["spans"]
    evidence = kd.load(built / "karabakh_data" / "data").evidence.where(field="ceasefire_status")[0]
    assert (span["start"], span["end"], span["sha256"]) == (evidence.start, evidence.end, evidence.sha256)
    assert (found["document"], span["line"]) == ("daily.txt", 4)


def test_cite_tells_of_words_that_are_not_there(articles: Path) -> None:
    assert told(1, "cite", articles / "daily.txt", "nobody wrote this") == (
        "karabakh-data: daily.txt holds no such words\n"
    )
    assert told(2, "cite", articles / "daily.txt", "") == "karabakh-data: give the words to be found\n"


def test_cite_hints_at_words_that_stand_there_with_other_blanks(articles: Path) -> None:
    words_over_a_break = "Pause holds at Midtown 5 May 2001"
    place = at("Pause holds at Midtown\n5 May 2001")
    assert f"with other blanks or line breaks they stand at {place}" in told(
        1, "cite", articles / "daily.txt", words_over_a_break
    )


def test_cite_tells_of_a_document_that_cannot_be_read(articles: Path) -> None:
    assert "missing.txt: cannot be read" in told(2, "cite", articles / "missing.txt", "x")
    (articles / "bytes.txt").write_bytes(b"\xff")
    assert "bytes.txt: not UTF-8 at byte 0" in told(2, "cite", articles / "bytes.txt", "x")
    assert "is a directory" in told(2, "cite", articles, "x")


# ---- verify ----


def test_verify_exits_with_0_where_every_citation_holds(built: Path, articles: Path) -> None:
    text = ok("verify", "--documents", articles, "--data", built / "karabakh_data/data")
    assert text.splitlines()[-1].endswith(" 0 failures")
    assert "100.0% of " in text
    assert ok("verify", "--data", built / "karabakh_data/data", **{DOCUMENTS_VARIABLE: str(articles)}) == text


def test_verify_of_the_published_data_set_exits_with_0(documents: Path) -> None:
    assert " 0 failures" in ok("verify", "--documents", documents)


def test_verify_exits_with_1_where_something_is_left_over(built: Path, articles: Path) -> None:
    (built / "karabakh_data/data/uncited.json").unlink()
    result = run("verify", "--documents", articles, "--data", built / "karabakh_data/data")
    assert (result.exit_code, result.stderr) == (1, "")
    assert f"neither cited nor declared: {at('Print this page')} (line 7)" in result.stdout


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_verify_exits_with_1_where_a_document_is_missing_or_changed(built: Path, articles: Path, change: str) -> None:
    if change == "missing":
        (articles / "weekly.txt").unlink()
    else:
        (articles / "weekly.txt").write_text("Another text.", encoding="utf-8")
    result = run("verify", "--documents", articles, "--data", built / "karabakh_data/data")
    assert (result.exit_code, result.stderr) == (1, "")
    assert "\n  0 of " in result.stdout
    assert ("cannot be read" if change == "missing" else "not the document that was cited") in result.stdout


def test_verify_of_one_source_needs_only_its_article(built: Path, articles: Path) -> None:
    (articles / "weekly.txt").unlink()
    data = built / "karabakh_data/data"
    result = run("verify", "--documents", articles, "--data", data, "--source", "source-daily")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(" 0 failures\n")
    assert "source-weekly" not in result.stdout
    message = told(2, "verify", "--documents", articles, "--data", data, "--source", "source-dayly")
    assert "no source 'source-dayly'; did you mean 'source-daily'" in message


def test_verify_exits_with_2_where_no_article_is_there(built: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    message = told(2, "verify", "--documents", empty, "--data", built / "karabakh_data/data")
    assert "holds none of the articles, such as daily.txt" in message


def test_verify_as_json_is_complete(built: Path, articles: Path) -> None:
    (articles / "weekly.txt").unlink()
    result = run("verify", "--documents", articles, "--data", built / "karabakh_data/data", "--format", "json")
    assert result.exit_code == 1
    daily, weekly = json.loads(result.stdout)
    assert (daily["ok"], daily["failures"], daily["coverage"]["gaps"]) == (True, [], [])
    assert daily["spans"] == daily["verified"]
    assert (weekly["ok"], weekly["verified"], weekly["coverage"]) == (False, 0, None)
    assert weekly["failures"][0].keys() == {"source_id", "record_id", "field", "span", "message", "code"}


def test_verify_exits_with_2_without_documents(built: Path, tmp_path: Path) -> None:
    assert "which documents?" in told(2, "verify")
    assert "no such folder of documents" in told(2, "verify", "--documents", tmp_path / "nowhere")
    assert "no such folder of documents" in told(2, "verify", **{DOCUMENTS_VARIABLE: str(tmp_path / "nowhere")})


# ---- build ----


def test_build_prints_what_it_wrote_and_then_nothing(small: Path, articles: Path) -> None:
    first = run("build", "--root", small, "--documents", articles)
    assert (first.exit_code, first.stderr) == (0, f"{len(first.stdout.splitlines())} written\n")
    assert first.stdout.splitlines()[-1] == "datapackage.json"
    again = run("build", "--root", small)
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "up to date\n")


def test_build_check_exits_with_0_on_the_repository(root: Path) -> None:
    result = run("build", "--check", "--root", root)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("up to date\n")


def test_build_check_exits_with_1_and_prints_the_diff(built: Path) -> None:
    page = built / "docs" / "generated" / "data-dictionary.md"
    page.write_text(page.read_text(encoding="utf-8") + "An edit.\n", encoding="utf-8")
    result = run("build", "--check")
    assert result.exit_code == 1
    assert "\n-An edit.\n" in result.stdout
    assert result.stderr.endswith("1 file differs\n")
    assert page.read_text(encoding="utf-8").endswith("An edit.\n")
    assert run("build").exit_code == 0
    assert run("build", "--check").exit_code == 0


def test_build_tells_what_it_removed(built: Path) -> None:
    (built / "docs" / "generated" / "old.md").write_text("old", encoding="utf-8")
    result = run("build")
    assert (result.exit_code, result.stdout) == (0, "docs/generated/old.md (removed)\n")


def test_build_tells_every_mistake_with_its_place(built: Path) -> None:
    for name, old, new in (("actors", "type: person", "type: persons"), ("places", "settlement", "settlment")):
        path = built / "seeds" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    message = told(1, "build")
    assert "karabakh-data: seeds/actors.yaml:" in message
    assert "\nseeds/places.yaml:3:15: place-midtown: `place_type`: 'settlment' is none of" in message


def test_build_tells_of_a_document_that_is_missing_or_another(built: Path, articles: Path) -> None:
    (articles / "daily.txt").write_text("Another text.", encoding="utf-8")
    assert "not the document that was cited" in told(1, "build", "--documents", articles)
    (articles / "daily.txt").unlink()
    assert "up to date" in run("build", "--documents", articles).stderr  # with the digests published of it
    assert "no such folder" in told(2, "build", "--documents", articles / "nowhere")


@pytest.mark.parametrize("name", ["karabakh_data/data/places.csv", "docs/codebook.md"])
def test_build_exits_with_2_where_a_folder_stands_in_place_of_a_file(built: Path, articles: Path, name: str) -> None:
    (built / name).unlink()
    (built / name).mkdir()
    assert "directory" in told(2, "build", "--documents", articles)


def test_build_outside_a_checkout_exits_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    expected = "karabakh-data: . is no checkout of karabakh_data: it has no seeds/sources.yaml\n"
    assert told(2, "build") == told(2, "build", "--check") == expected
    assert list(tmp_path.iterdir()) == []


# ---- As a process ----


def process(*arguments: Any, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("karabakh-data"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_the_command_runs_as_a_process(ds: kd.Dataset, tmp_path: Path) -> None:
    listed = process("ls", "sources", "--format", "json", cwd=tmp_path)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert len(json.loads(listed.stdout)) == len(ds.sources)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["ls"], 0), (["ls", "nothing"], 2), (["show", "nobody"], 2), (["build"], 2), (["verify"], 2)],
)
def test_a_process_exits_with_the_code_and_no_traceback(tmp_path: Path, arguments: list[str], code: int) -> None:
    done = process(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr


def test_build_check_runs_as_a_process(built: Path) -> None:
    assert process("build", "--check", cwd=built).returncode == 0
    (built / "schemas" / "table-schema" / "stray.json").write_text("{}\n", encoding="utf-8")
    done = process("build", "--check", cwd=built)
    assert done.returncode == 1
    assert done.stdout.startswith("--- a/schemas/table-schema/stray.json\n+++ /dev/null\n")


def test_the_published_folder_is_not_touched_by_any_reading_command(tmp_path: Path) -> None:
    copy = shutil.copytree(DATA, tmp_path / "data")
    before = {p.name: p.read_bytes() for p in copy.iterdir()}
    for arguments in (["ls"], ["ls", "evidence"], ["show", kd.load().sources[0].source_id]):
        ok(*arguments, "--data", copy)
    assert {p.name: p.read_bytes() for p in copy.iterdir()} == before
