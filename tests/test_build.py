"""What `karabakh_data.build` promises: reproducible files, told drift, repaired interruptions, no laundered digest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_seeds import at

from karabakh_data import files
from karabakh_data.build import GENERATED_FOLDERS, PACKAGE, BuildError, Outcome, build, generate
from karabakh_data.evidence import DocumentError
from karabakh_data.files import staged_path
from karabakh_data.tables import MODELS

EVIDENCE = "karabakh_data/data/evidence.csv"
SOURCES = "karabakh_data/data/sources.csv"
VOUCHED = {EVIDENCE, SOURCES}
"""The tables from which digests are taken over."""


@pytest.fixture
def built(small: Path, articles: Path) -> Path:
    """A checkout of the small data set, built."""
    build(small, articles)
    return small


def held(root: Path) -> dict[str, bytes]:
    """Every file of a checkout but the seeds."""
    return {
        name: p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file() and not (name := p.relative_to(root).as_posix()).startswith("seeds/")
    }


def flip(path: Path) -> None:
    """Change one byte in the middle of a file to another letter."""
    data = bytearray(path.read_bytes())
    place = next(i for i in range(len(data) // 2, len(data)) if chr(data[i]).isascii() and chr(data[i]).isalnum())
    data[place] = ord("x") if data[place] != ord("x") else ord("y")
    path.write_bytes(bytes(data))


def change_seeds(root: Path) -> None:
    """A change that needs new digests: an actor whose name is cited anew, and another summary."""
    actors = root / "seeds" / "actors.yaml"
    text = actors.read_text(encoding="utf-8")
    more = (
        "- actor_id: actor-envoy\n  name: Envoy Ana\n  actor_type: unattributed\n  side: none\n"
        "  description: An envoy without a whole name.\n  evidence:\n"
        f"    name: [{{at: {at('Envoy Ana')}, source: source-daily, basis: verbatim}}]\n"
    )
    actors.write_text(text + more, encoding="utf-8")
    places = root / "seeds" / "places.yaml"
    places.write_text(places.read_text(encoding="utf-8").replace("A town.", "A small town."), encoding="utf-8")


# ---- What is made ----


def test_a_build_makes_every_file_and_a_second_makes_none(small: Path, articles: Path) -> None:
    first = build(small, articles)
    made = held(small)
    assert set(first.written) == set(made)
    assert first.written[-1] == PACKAGE
    assert not first.clean
    again = build(small, articles)
    assert again == Outcome((), (), again.warnings)
    assert again.clean
    assert held(small) == made


def test_a_build_without_the_articles_takes_over_the_digests(built: Path) -> None:
    before = held(built)
    assert build(built).clean
    seed = built / "seeds" / "places.yaml"
    seed.write_text(seed.read_text(encoding="utf-8").replace("A town.", "A small town."), encoding="utf-8")
    assert "karabakh_data/data/places.csv" in build(built).written
    after = held(built)
    assert after[EVIDENCE] == before[EVIDENCE]
    assert b"A small town." in after["karabakh_data/data/places.csv"]


def test_the_descriptor_vouches_for_every_table(built: Path) -> None:
    resources = json.loads((built / PACKAGE).read_bytes())["resources"]
    assert [r["name"] for r in resources] == list(MODELS)
    for resource in resources:
        data = (built / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert resource["bytes"] == len(data)


def test_only_the_generated_blocks_of_the_codebook_change(built: Path) -> None:
    text = (built / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert "| `sources` | 2 |" in text
    assert text.startswith("# Codebook\n\n<!-- begin generated: sizes -->\n")
    assert text.endswith("<!-- end generated -->\n\nOur words.\n")


def test_a_stray_file_of_a_generated_folder_is_removed_and_nothing_else(built: Path) -> None:
    stray = [f"{folder}/old.txt" for folder in GENERATED_FOLDERS] + [f"{GENERATED_FOLDERS[0]}/deep/er.csv"]
    kept = ["docs/guide.md", "README.md"]
    for name in (*stray, *kept):
        (built / name).parent.mkdir(exist_ok=True)
        (built / name).write_text("x", encoding="utf-8")
    outcome = build(built)
    assert (outcome.written, set(outcome.removed)) == ((), set(stray))
    assert not any((built / name).exists() for name in stray)
    assert all((built / name).exists() for name in kept)


SCRIPT = """
import hashlib, sys
from pathlib import Path
from karabakh_data.build import generate
made, _ = generate(Path(sys.argv[1]))
print(hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest(), list(made))
"""


def test_the_same_bytes_come_out_under_any_hash_seed(checkout: Path) -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, checkout],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(told) == 1


# ---- Check ----


def test_the_repository_is_up_to_date(root: Path) -> None:
    outcome = build(root, check=True)
    assert outcome.diff == ""
    assert outcome.clean


def test_the_repository_is_up_to_date_with_the_articles(root: Path, documents: Path) -> None:
    assert build(root, documents, check=True).clean


def test_a_check_changes_nothing(built: Path, articles: Path) -> None:
    flip(built / EVIDENCE)
    (built / "schemas" / "json-schema" / "stray.json").write_text("{}", encoding="utf-8")
    before = held(built)
    assert not build(built, articles, check=True).clean
    assert held(built) == before


def test_a_changed_byte_of_any_generated_file_is_told_as_a_diff(built: Path, articles: Path) -> None:
    for name, data in held(built).items():
        flip(built / name)
        changed = (built / name).read_bytes()
        if name == "docs/codebook.md":
            changed = data.replace(b"| `sources` | 2 |", b"| `sources` | 3 |")
            (built / name).write_bytes(changed)
        outcome = build(built, articles, check=True)
        assert outcome.written == (name,)
        lines = outcome.diff.splitlines()
        assert lines[:2] == [f"--- a/{name}", f"+++ b/{name}"]
        assert lines[2].startswith("@@ ")
        pairs = zip(changed.splitlines(), data.splitlines(), strict=True)
        ((old, new),) = (pair for pair in pairs if pair[0] != pair[1])
        assert f"-{old.decode()}" in lines
        assert f"+{new.decode()}" in lines
        (built / name).write_bytes(data)


def test_a_changed_byte_is_told_without_the_articles_too(built: Path) -> None:
    for name, data in held(built).items():
        if name == "docs/codebook.md":
            continue
        flip(built / name)
        if name == PACKAGE:
            assert is_told(built, None)
        elif name in VOUCHED:
            with pytest.raises(BuildError, match="--documents DIR"):
                build(built, check=True)
        else:
            assert build(built, check=True).written == (name,)
        (built / name).write_bytes(data)


def test_a_missing_file_is_told_as_a_diff_from_nothing(built: Path, articles: Path) -> None:
    for name, data in held(built).items():
        if name == "docs/codebook.md":
            continue  # written by hand but for its blocks
        (built / name).unlink()
        outcome = build(built, articles, check=True)
        assert outcome.written == (name,)
        assert outcome.diff.startswith(f"--- /dev/null\n+++ b/{name}\n") or not data
        (built / name).write_bytes(data)


@pytest.mark.parametrize("folder", GENERATED_FOLDERS)
def test_a_stray_file_is_told_as_a_diff_to_nothing(built: Path, folder: str) -> None:
    (built / folder / "stray.md").write_text("left over", encoding="utf-8")
    outcome = build(built, check=True)
    assert outcome.removed == (f"{folder}/stray.md",)
    assert outcome.diff == (
        f"--- a/{folder}/stray.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-left over\n\\ No newline at end of file\n"
    )


def test_the_diff_can_be_applied(built: Path, tmp_path: Path) -> None:
    before = held(built)
    flip(built / "karabakh_data/data/places.csv")
    (built / "schemas/table-schema/actors.json").unlink()
    (built / "docs/generated/stray.md").write_text("left over", encoding="utf-8")
    diff = build(built, check=True).diff
    done = subprocess.run(["git", "apply", "-"], cwd=built, input=diff, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert held(built) == before


# ---- Digests are vouched for ----


def test_a_new_passage_needs_the_articles_once(built: Path, articles: Path) -> None:
    change_seeds(built)
    before = held(built)
    with pytest.raises(BuildError, match=r"actor-envoy: a passage is new.*--documents DIR.*\(1 such places in all\)"):
        build(built)
    assert held(built) == before
    build(built, articles)
    assert build(built).clean


@pytest.mark.parametrize("name", sorted(VOUCHED))
@pytest.mark.parametrize("tampered", ["table", "descriptor"])
def test_nothing_is_taken_over_from_a_table_that_the_descriptor_does_not_vouch_for(
    built: Path, name: str, tampered: str
) -> None:
    if tampered == "table":
        flip(built / name)
    else:
        digest = hashlib.sha256((built / name).read_bytes()).hexdigest().encode()
        descriptor = (built / PACKAGE).read_bytes()
        assert digest in descriptor
        (built / PACKAGE).write_bytes(descriptor.replace(digest, digest[::-1]))
    before = held(built)
    with pytest.raises(BuildError, match="--documents DIR"):
        build(built)
    assert held(built) == before


@pytest.mark.parametrize("descriptor", [b"", b"{}", b"[]", b'{"resources": [{}]}', b'{"resources": 3}', b"\xff"])
def test_a_broken_descriptor_vouches_for_nothing(built: Path, descriptor: bytes) -> None:
    (built / PACKAGE).write_bytes(descriptor)
    with pytest.raises(BuildError, match="--documents DIR"):
        build(built)


def forge(root: Path, table: str, old: bytes, new: bytes) -> None:
    """Change a table and let the descriptor vouch for it."""
    path = root / f"karabakh_data/data/{table}.csv"
    before = path.read_bytes()
    assert old in before
    path.write_bytes(before.replace(old, new, 1))
    descriptor = (root / PACKAGE).read_bytes()
    digests = [hashlib.sha256(data).hexdigest().encode() for data in (before, path.read_bytes())]
    (root / PACKAGE).write_bytes(descriptor.replace(*digests))


def test_a_digest_forged_in_table_and_descriptor_is_told_by_the_articles(built: Path, articles: Path) -> None:
    good = held(built)
    digest = next(field for field in good[EVIDENCE].split(b",") if len(field) == 64)
    forge(built, "evidence", digest, b"0" * 64)
    assert build(built, articles, check=True).written == (EVIDENCE, PACKAGE)
    build(built, articles)
    assert held(built) == good


def test_a_document_that_is_not_the_cited_one_is_refused(built: Path, articles: Path) -> None:
    (articles / "daily.txt").write_text("Another text, long enough.\n" * 40, encoding="utf-8")
    before = held(built)
    with pytest.raises(DocumentError, match=r"daily\.txt: not the document that was cited"):
        build(built, articles)
    with pytest.raises(DocumentError, match=r"daily\.txt: not the document that was cited"):
        build(built, articles, check=True)
    assert held(built) == before


def test_who_lacks_an_article_builds_with_the_digests_published_of_it(built: Path, articles: Path) -> None:
    (articles / "weekly.txt").unlink()
    assert build(built, articles, check=True).clean


def test_a_new_passage_of_an_article_that_is_not_at_hand_is_told(small: Path, articles: Path) -> None:
    (articles / "weekly.txt").unlink()
    with pytest.raises(BuildError, match="a passage is new, and its digest needs the article"):
        build(small, articles)


def test_a_codebook_without_one_of_its_blocks_is_told(built: Path) -> None:
    page = built / "docs/codebook.md"
    page.write_text(page.read_text(encoding="utf-8").replace("generated: sizes", "generated: size"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"docs/codebook.md: the generated blocks are size, .*; expected agreement, "):
        build(built, check=True)


def test_a_derived_column_written_by_hand_is_told(small: Path, articles: Path) -> None:
    edited(small, "incidents", "background:", "occurrence_status: both_sides\n  background:")
    with pytest.raises(BuildError, match="`occurrence_status` is derived from the whole data set; leave it out"):
        build(small, articles)


def test_a_span_declared_uncited_past_the_end_is_told(small: Path, articles: Path) -> None:
    edited(small, "uncited", f"at: {at('Print this page')}", "at: 0-80000")
    with pytest.raises(BuildError, match="0-80000 lies past the document's end"):
        build(small, articles)


# ---- Faulty seeds ----


def edited(root: Path, name: str, old: str, new: str) -> Path:
    path = root / "seeds" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return root


def test_faulty_seeds_build_nothing(small: Path, articles: Path) -> None:
    before = held(small)
    with pytest.raises(BuildError, match=r"^seeds/places\.yaml:3:15: .*did you mean 'settlement'"):
        build(edited(small, "places", "settlement", "settlment"), articles)
    assert held(small) == before


def test_a_dangling_reference_is_told_with_the_nearest_id(small: Path, articles: Path) -> None:
    edited(small, "statements/source-daily", "speaker_ids: actor-southland", "speaker_ids: actor-southlant")
    with pytest.raises(BuildError) as caught:
        build(small, articles)
    first = str(caught.value).split("\n")[0]
    place, _, first = first.partition(": ")
    assert re.fullmatch(r"seeds/statements/source-daily\.yaml:[0-9]+:[0-9]+", place)
    assert first == (
        "error KD301 statements statement-southland-denial, speaker_ids: 'actor-southlant' is not a known record of "
        "actors; did you mean 'actor-southland'?"
    )


def test_a_passage_past_the_end_of_the_article_is_told_as_such(small: Path, articles: Path) -> None:
    edited(small, "places", f"name: [{{at: {at('Midtown')}", "name: [{at: 14-2100")
    with pytest.raises(BuildError, match=r"places|place-midtown") as caught:
        build(small, articles)
    assert "lies past the document's end" in str(caught.value)


def test_a_source_without_an_id_is_told_as_such(small: Path, articles: Path) -> None:
    edited(small, "sources", "- source_id: source-weekly\n  publisher_id", "- publisher_id")
    with pytest.raises(BuildError, match="`source_id` is needed"):
        build(small, articles)


def test_what_does_not_hold_between_records_is_told(small: Path, articles: Path) -> None:
    edited(small, "incidents", "Alleged shelling of 3 May 2001", "Southland shelling")
    with pytest.raises(BuildError, match="names Southland; an id or name takes no side"):
        build(small, articles)


# ---- A build that is killed ----


def in_a_child(act: Callable[[], Any]) -> int:
    """Run something in a forked process that ends without any cleaning up; its exit code."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


KILLED = 9


def kill_at(name: str, n: int) -> None:
    """Let the n-th call of `os.replace`, `os.fsync` or `Path.unlink` be the last thing that this process does."""
    owner: Any = Path if name == "unlink" else files.os
    real, calls = getattr(owner, name), [0]

    def counted(*args: Any) -> Any:
        calls[0] += 1
        if calls[0] == n:
            os._exit(KILLED)
        return real(*args)

    setattr(owner, name, counted)


def is_told(root: Path, documents: Path | None) -> bool:
    """Whether a check tells that something is not as it should be."""
    try:
        return not build(root, documents, check=True).clean
    except BuildError:
        return True


forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork to end a process at an exact call")


@forking
@pytest.mark.parametrize("call", ["replace", "fsync", "unlink"])
def test_a_build_killed_at_any_call_leaves_whole_files_is_told_and_is_repaired(
    small: Path, articles: Path, call: str
) -> None:
    build(small, articles)
    stray = small / "docs/generated/stray.md"
    stray.write_text("left over", encoding="utf-8")
    old = held(small)
    change_seeds(small)
    new = generate(small, articles)[0]
    n = 0
    while True:
        n += 1

        def act(n: int = n) -> None:
            kill_at(call, n)
            build(small, articles)

        code = in_a_child(act)
        assert code in (0, KILLED)
        now = {name: data for name, data in held(small).items() if not name.rpartition("/")[2].startswith(".")}
        for name in old | new:
            assert now.pop(name, None) in (old.get(name), new.get(name)), (n, name)
        assert now == {}
        if code == 0:
            break
        differs = held(small) != new
        assert is_told(small, articles) == differs, n
        assert is_told(small, None) == differs, n
        was_staged = staged_path(small / PACKAGE).exists() or (small / PACKAGE).read_bytes() == new[PACKAGE]
        if was_staged:
            build(small)  # needs no article: all digests were staged
        else:
            with pytest.raises(BuildError, match="--documents DIR"):
                build(small)
            build(small, articles)
        assert held(small) == new, n
        for leftover in held(small):
            (small / leftover).unlink()
        for name, data in old.items():
            (small / name).write_bytes(data)
    assert n > {"replace": 8, "fsync": 4, "unlink": 1}[call]
    assert held(small) == new


@forking
@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_first_build_killed_at_any_call_is_repaired(
    small: Path, articles: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, made = held(small), generate(small, articles)
    monkeypatch.setattr("karabakh_data.build.generate", lambda root, documents=None: made)  # the same each time
    n = 0
    while True:
        n += 1

        def act(n: int = n) -> None:
            kill_at(call, n)
            build(small)

        code = in_a_child(act)
        assert code in (0, KILLED)
        for name, data in made[0].items():
            assert not (small / name).exists() or (small / name).read_bytes() in (data, before.get(name)), (n, name)
        if code == 0:
            break
        assert not build(small, check=True).clean, n
        build(small)
        assert held(small) == made[0], n
        for name in made[0]:
            (small / name).unlink()
        for name, data in before.items():
            (small / name).write_bytes(data)
    assert n > len(made[0])
    assert held(small) == made[0]


@forking
def test_a_build_killed_twice_is_repaired(small: Path, articles: Path) -> None:
    build(small, articles)
    change_seeds(small)
    new = generate(small, articles)[0]
    for n in (9, 2, 1, 1):

        def act(n: int = n) -> None:
            kill_at("replace", n)
            build(small, articles)

        assert in_a_child(act) == KILLED
    build(small, articles)
    assert held(small) == new
