"""What the documentation says is true: its commands run, its code works, its versions and links agree."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from largefiles import partitions

import karabakh_data as kd
from karabakh_data import cli, descriptor, display, models
from karabakh_data.tables import MODELS
from karabakh_data.validation.large.effort import FORKED_FROM, LARGE, PATIENCE, SPAWNED_FROM
from karabakh_data.validation.large.together import handles

ROOT = Path(__file__).resolve().parent.parent

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "seeds/README.md",
    "docs/claims.md",
    "docs/codebook.md",
    "docs/contributing-records.md",
    "docs/crosswalk.md",
    "docs/exports.md",
    "docs/large-files.md",
    "docs/releasing.md",
    "docs/generated/data-dictionary.md",
    "docs/generated/finding-codes.md",
)


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "docs/contributing-records.md", "docs/crosswalk.md", "docs/claims.md"])
def test_the_python_of_the_docs_runs(root, page, monkeypatch):
    monkeypatch.chdir(root)
    found = blocks((root / page).read_text(encoding="utf-8"), "python")
    assert found
    namespace = {}
    for block in found:
        exec(block.replace("kd.package().validate()", "kd.package()"), namespace)


@pytest.fixture
def large_contribution(tmp_path, monkeypatch):
    """The current folder, with a contribution that is judged in parts."""
    partitions(tmp_path / "contribution", rows=3_000, csv=2)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def in_the_background():
    """Starts commands, as a shell does those that end in `&`; ends them and all that they started."""
    running = []

    def start(command, folder):
        with (folder / "log").open("ab") as log:
            one = subprocess.Popen(
                [sys.executable, "-m", *shlex.split(command)],
                cwd=folder,
                env=os.environ | {"DASK_CONFIG": str(folder), "DASK_TEMPORARY_DIRECTORY": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running.append(one)

    yield start
    for one in reversed(running):
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.wait()


def test_the_guide_to_large_files_holds(root, large_contribution, in_the_background, capsys):
    text = (root / "docs/large-files.md").read_text(encoding="utf-8")
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    text = text.replace("8786", port)
    elsewhere = large_contribution / "elsewhere"
    elsewhere.mkdir()
    started = 0
    for command in re.findall(r"^(dask .*) &$", text, re.MULTILINE):
        in_the_background(f"{command} --no-dashboard", elsewhere)
        started += 1
    alone, with_dask = blocks(text, "python")
    exec(alone, {"__name__": "__main__"})
    said = capsys.readouterr().out
    exec(with_dask, {"__name__": "__main__"})
    summary = kd.validate("contribution/").summary
    assert started == 2
    assert re.search(r"[\d,]+ of [\d,]+ bytes, [\d,]+ rows\n", said)
    assert summary in said
    assert summary in capsys.readouterr().out


def test_what_the_guide_to_large_files_says_of_sizes_holds(root):
    text = (root / "docs/large-files.md").read_text(encoding="utf-8")
    assert f"From {LARGE >> 10} KiB on" in text
    assert f"On Linux, from {FORKED_FROM >> 20} MiB on" in text
    assert f"from {SPAWNED_FROM >> 20} MiB on, or without Polars" in text
    assert f"for {PATIENCE // 60} minutes" in text
    given = {name for name, model in MODELS.items() if model.has_id() and name not in ("nodes", "edges")}
    assert handles(given, {"incidents"})
    for large, beside in (("incidents", "evidence"), ("actors", "affiliations"), ("statements", "incidents")):
        assert not handles({large, beside}, {large})


def test_every_command_of_the_docs_exists_with_its_options(root):
    runner = CliRunner()
    used = set()
    for page in PAGES:
        for line in re.findall(r"karabakh-data ([a-z]+[^`\n|#]*)", (root / page).read_text(encoding="utf-8")):
            name, *rest = line.split()
            if name not in cli.main.commands:
                continue
            used.add(name)
            options = runner.invoke(cli.main, [name, "--help"]).output
            assert all(option in options for option in rest if re.fullmatch(r"--[a-z]+", option)), line
    assert used == set(cli.main.commands), "every command stands in the docs"


def commands():
    """Every command line of the pages' shell blocks, without its comment."""
    for page in PAGES:
        for block in blocks((ROOT / page).read_text(encoding="utf-8"), "sh"):
            for line in block.splitlines():
                command = line.split("#")[0].strip()
                if command.startswith("karabakh-data "):
                    yield command


@pytest.fixture
def checkout_with_files(root, tmp_path, monkeypatch):
    """A copy of the checkout with the files that the docs speak of."""
    copy = tmp_path / "copy"
    kept = ("seeds", "karabakh_data", "schemas", "docs", "examples", "datapackage.json")
    for name in kept:
        source = root / name
        shutil.copytree(source, copy / name) if source.is_dir() else shutil.copy(source, copy / name)
    good = copy / "examples/contribution-good"
    shutil.copytree(good, copy / "contribution")
    shutil.copytree(good, copy / "DIR")
    shutil.copy(good / "statements.yaml", copy / "statements.yaml")
    text = (good / "incidents.csv").read_text(encoding="utf-8")
    alone = text.replace("place-example-crossing", "place-lachin-corridor")
    for name in ("incidents.csv", "export.dat"):
        (copy / name).write_text(alone, encoding="utf-8")
    header, row = (copy / "karabakh_data/data/places.csv").read_text(encoding="utf-8").splitlines()[:2]
    (copy / "corrections.csv").write_text(f"{header}\n{row} And more.\n".replace('" And more.', ' And more."'))
    (copy / "article.txt").write_text("There are exact words here, the exact words.", encoding="utf-8")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("KARABAKH_DATA_DOCUMENTS", raising=False)
    return copy


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_of_the_docs_runs(checkout_with_files, request, command):
    line = command.replace(" FILE ", " article.txt ").replace("$KARABAKH_DATA_DOCUMENTS/", "")
    line = re.sub(
        r"\bID$", "source-lavrov-kommersant" if "--source" in line else "incident-2016-04-02-escalation", line
    )
    if "--documents DIR" in line or line.startswith("karabakh-data verify"):
        folder = request.getfixturevalue("documents")
        line = line.replace("--documents DIR", f"--documents {folder}")
        line += "" if "--documents" in line else f" --documents {folder}"
    done = subprocess.run(line, shell=True, cwd=checkout_with_files, capture_output=True, text=True)
    assert done.returncode == ("contribution-bad" in line or "statements.yaml" in line), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_and_option_has_help():
    for name, command in cli.main.commands.items():
        assert command.help, name
        assert all(getattr(option, "help", "") for option in command.params if option.param_type_name == "option"), name


def test_every_public_name_is_documented():
    undocumented = [
        name for name in kd.__all__ if name != "__version__" and not (getattr(kd, name).__doc__ or "").strip()
    ]
    assert undocumented == []


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(root, page):
    text = (root / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((root / page).parent / target).exists(), target


def test_anchors_of_the_data_dictionary_exist(root):
    text = (root / "docs/generated/data-dictionary.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## `(\w+)`$", text, re.MULTILINE))
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= headings
    assert set(MODELS) <= headings


def test_the_demo_runs(root):
    done = subprocess.run([sys.executable, "examples/demo.py"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "5 files, 19 records: nothing found wrong; all 19 valid" in done.stdout
    assert re.search(r"6 files, 48 records: 4\d errors, \d warnings; 9 records valid", done.stdout)


def test_the_version_is_the_same_everywhere(root):
    cited = re.search(r"^version: (.+)$", (root / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited
    assert cited[1] == kd.__version__
    assert descriptor.datapackage({})["version"] == kd.__version__
    assert kd.__version__ in display.citation(kd.load(), next(iter(kd.load().sources)))


def test_every_model_is_public():
    assert set(models.__all__) <= set(kd.__all__)
