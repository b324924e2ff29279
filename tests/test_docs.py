"""What the documentation says is true: its commands run, its code works, its versions and links agree."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

import karabakh_data as kd
from karabakh_data import cli, descriptor, display, models
from karabakh_data.tables import MODELS

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "seeds/README.md",
    "docs/codebook.md",
    "docs/generated/data-dictionary.md",
)


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_python_of_the_readme_runs(root):
    found = blocks((root / "README.md").read_text(encoding="utf-8"), "python")
    assert found
    namespace = {}
    for block in found:
        exec(block.replace("kd.package().validate()", "kd.package()"), namespace)


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
    assert "statement-good.json: valid" in done.stdout
    assert "statement-bad.json: 7 errors" in done.stdout


def test_the_version_is_the_same_everywhere(root):
    cited = re.search(r"^version: (.+)$", (root / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited
    assert cited[1] == kd.__version__
    assert descriptor.datapackage({})["version"] == kd.__version__
    assert kd.__version__ in display.citation(kd.load(), next(iter(kd.load().sources)))


def test_every_model_is_public():
    assert set(models.__all__) <= set(kd.__all__)
