"""What the reader of workbooks promises of files that are none, are damaged or mean harm: a finding, at little cost."""

from __future__ import annotations

import datetime
import io
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workbooks import SHEET, archive, cells_of, incidents, packed, put, read, related

from karabakh_data.validation.readers import workbook

# --- What is no workbook, or a damaged one -------------------------------------------------------------------------

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def encrypted(data: bytes) -> bytes:
    """The archive with the flag of encryption at its first entry."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + b"\x01\x00" + data[at + 10 :]


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"incident_id,name\n", "KD102", "is no XLSX workbook, which is a zip archive; give "),
        (OLE + bytes(600), "KD102", "is an old workbook (.xls); save it as XLSX"),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "KD101",
            "the workbook is encrypted; save it without a password",
        ),
        (encrypted(incidents()), "KD101", "the archive is encrypted"),
        (
            archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "KD102",
            "is an OpenDocument file; save it as XLSX",
        ),
        (archive(word="text"), "KD102", "is a zip archive, but no workbook"),
        (
            packed(parts={"_rels/.rels": related(("officeDocument", "xl/workbook.bin"))}),
            "KD102",
            "is a binary workbook (.xlsb)",
        ),
        (packed(parts={"xl/workbook.xml": "<document/>"}), "KD102", "is an Office file, but no workbook"),
        (b"PK\x03\x04" + bytes(100), "KD101", "the archive is damaged: File is not a zip file"),
        (incidents()[:-40], "KD101", "the archive is damaged: "),
        (archive(**{"../evil": "x"}), "KD101", "the archive holds the path '../evil', which leads out of it"),
        (archive(**{"/etc/x": "x"}), "KD101", "the archive holds the path '/etc/x', which leads out of it"),
        (archive(**{"xl/a.xml": "x", "XL/A.xml": "y"}), "KD101", "the archive holds 'XL/A.xml' twice"),
        (packed(sheets=SHEET.replace("rId1", "rId7")), "KD101", "the sheet 'incidents' is listed, but is not there"),
        (packed(parts={"xl/_rels/workbook.xml.rels": related(("worksheet", "x.xml"))}), "KD101", "xl/x.xml is missing"),
        (packed(parts={"xl/styles.xml": "<a><b></a>"}), "KD101", "xl/styles.xml is damaged: mismatched tag: "),
        (
            packed(parts={"xl/styles.xml": "<!DOCTYPE a><a/>"}),
            "KD143",
            "a document type in xl/styles.xml is not accepted",
        ),
    ],
)
def test_what_is_no_sound_workbook_is_told(data: bytes, code: str, message: str) -> None:
    rows, findings = read(data)
    assert rows == []
    assert [f.code for f in findings] == [code]
    assert findings[0].message.removeprefix("cannot be read: ").startswith(message)
    assert findings[0].place == "file.xlsx"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('<row r="2"><c r="XFE2"><v>1</v></c></row>', "holds the cell 'XFE2', which no worksheet has"),
        ('<row r="2"><c r="A0"><v>1</v></c></row>', "holds the cell 'A0', which no worksheet has"),
        ('<row r="2"><c r="2A"><v>1</v></c></row>', "holds the cell '2A', which no worksheet has"),
        ('<row r="2"><c r="A3"><v>1</v></c></row>', "holds the cell A3 out of order"),
        ('<row r="2"><c r="B2"/><c r="A2"/></row>', "holds the cell A2 out of order"),
        ('<row r="2"/><row r="2"/>', "holds row 2 after row 2"),
        ('<row r="1048577"/>', "the row '1048577' does not exist"),
        ('<row r="two"/>', "the row 'two' does not exist"),
        ('<row r="1048576"/><row/>', "holds row 1048577 after row 1048576"),
        ('<row><c t="s"><v>0</v></c></row>', "the shared string '0' does not exist"),
        ('<row><c s="9"/></row>', "the style '9' does not exist"),
        ('<row><c t="z"><v>0</v></c></row>', "holds a cell of the type 'z'"),
        ('<row><c t="b"><v>2</v></c></row>', "holds the truth value '2'"),
        ("<row><c><v>&undefined;</v></c></row>", "is damaged: undefined entity: "),
    ],
)
def test_a_worksheet_that_its_own_program_would_have_to_repair_is_not_read(rows: str, message: str) -> None:
    sound = '<row r="2"><c r="A2" t="str"><v>a</v></c></row>' if "two" in rows else ""
    found, findings = read(packed(sound + rows))
    assert found == []
    assert [f.code for f in findings] == ["KD101"]
    assert message in findings[0].message


@pytest.mark.parametrize("ref", ["B2:A1", "A1:", "A1:XFE1", "A", ""])
def test_a_merged_range_that_is_none_is_damage(ref: str) -> None:
    _, findings = read(packed(after=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>'))
    assert [f.code for f in findings] == ["KD101"]


def test_a_broken_part_that_holds_no_cells_does_no_harm() -> None:
    rows = '<row r="2"><c r="A2" t="str"><v>a</v></c></row>'
    after = '<dataValidations count="x"><dataValidation sqref="?"/></dataValidations><extLst><ext/></extLst>'
    parts = {"docProps/core.xml": "<broken", "xl/theme/theme1.xml": "", "xl/drawings/drawing1.xml": "<!DOCTYPE a>"}
    assert cells_of(packed(rows, after=after, parts=parts)) == {"A2": "a"}


def test_too_many_faults_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "FAULTS", 3)
    rows, findings = read(incidents(put(G2="=1", G3="=1", G4="=1", G5="=1", G6="=1"), rows=5))
    assert [f.code for f in findings] == ["KD107", "KD152", "KD152", "KD152"]
    assert [row.line for row in rows] == [2, 3, 4]


def test_reading_needs_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    data = incidents()
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert len(read(data)[0]) == 1


# --- Any bytes -------------------------------------------------------------------------------------------------------


def rich() -> bytes:
    """A workbook with something of everything."""

    def change(sheet: Any) -> None:
        put(D2=datetime.date(2020, 1, 2), G2="=A1", E2=(0.5, "0%"), J2=True, G3="#N/A")(sheet)
        sheet.merge_cells("B3:C4")

    return incidents(change, rows=4)


def test_no_damage_raises() -> None:
    rng = random.Random(20200927)
    whole = rich()
    with zipfile.ZipFile(io.BytesIO(whole)) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    mattering = ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
    pieces = [b"", b"9", b"A", b'"', b"<", b"/>", b"&", b"-1e9", b"XFD1048577"]
    codes: set[str] = set()
    for number in range(300):
        if number % 3 == 0:
            data = whole[: rng.randrange(len(whole))]
        elif number % 3 == 1:
            flipped = bytearray(whole)
            for _ in range(rng.randrange(1, 6)):
                flipped[rng.randrange(len(flipped))] = rng.randrange(256)
            data = bytes(flipped)
        else:  # damage that the archive's own checks cannot find
            name = rng.choice(mattering)
            part = bytearray(parts[name])
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(len(part))
                part[at : at + rng.randrange(3)] = rng.choice(pieces)
            data = archive(**parts | {name: bytes(part)})
        rows, findings = read(data)
        assert rows or findings
        codes |= {finding.code for finding in findings}
    assert {"KD101", "KD152"} <= codes


# --- Hostile files -------------------------------------------------------------------------------------------------

MIB = 1 << 20
CHILD = """
import sys
from karabakh_data.validation.raw import Input, Notation, Reading
from karabakh_data.validation.readers.workbook import read_workbook
findings = []
with open(sys.argv[1], "rb") as stream:
    data = stream.read()
rows = sum(1 for _ in read_workbook(Reading(Input("f", 0, Notation.SHEET), findings), data))
with open("/proc/self/status") as status:
    memory = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(rows, ",".join(sorted({f.code for f in findings} - {"KD133"})), memory)
"""


def crowded(entries: int) -> bytes:
    """An archive whose directory names the same entry over and over."""
    entry = b"PK\x01\x02" + bytes(42)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, entries * len(entry), 4, 0)
    return b"PK\x03\x04" + entry * entries + end


def worksheet(content: str) -> bytes:
    return packed(parts={"xl/worksheets/sheet1.xml": f"<worksheet>{content}</worksheet>"})


HOSTILE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "one cell in the last corner": (
        lambda: packed('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        0,
        "KD125,KD131",
    ),
    "a zip bomb": (lambda: packed(" " * (201 * MIB)), 0, "KD107"),
    "a quarter of a million XML elements of one style": (
        lambda: packed(parts={"xl/styles.xml": f"<styleSheet><cellXfs>{'<xf/>' * 250_000}</cellXfs></styleSheet>"}),
        0,
        "KD107",
    ),
    "a million columns": (lambda: worksheet(f"<row>{'<c><v>1</v></c>' * 1_000_000}</row>"), 0, "KD101"),
    "more than a million formatted cells": (lambda: worksheet(f"<row>{'<c/>' * 16_384}</row>" * 62), 0, "KD107"),
    "a million blank rows": (lambda: packed("<row/>" * 1_048_575), 0, "KD106"),
    "more than a hundred thousand rows": (lambda: packed("<row><c><v>1</v></c></row>" * 100_000), 0, "KD107"),
    "deep nesting": (lambda: worksheet("<a>" * 100_000), 0, "KD143"),
    "more than a million shared strings": (
        lambda: packed(parts={"xl/sharedStrings.xml": f"<sst>{'<si><t>text</t></si>' * 1_000_001}</sst>"}),
        0,
        "KD107",
    ),
    "strings of wide characters": (
        lambda: packed(
            parts={"xl/sharedStrings.xml": f"<sst>{('<si><t>😀' + 'a' * 90_000 + '</t></si>') * 600}</sst>"}
        ),
        0,
        "KD107",
    ),
    "a row of wide characters": (
        lambda: worksheet("<row>" + f'<c t="str"><v>😀{"a" * 90_000}</v></c>' * 600 + "</row>"),
        0,
        "KD107",
    ),
    "one endless string": (lambda: packed(f'<row><c t="str"><v>{"a" * 64 * MIB}</v></c></row>'), 1, "KD107"),
    "one endless number": (lambda: packed(f"<row><c><v>{'9' * 64 * MIB}</v></c></row>"), 1, "KD144"),
    "one endless tag": (
        lambda: worksheet("<row " + " ".join(f'a{number}="1"' for number in range(1_000_000)) + "/>"),
        0,
        "KD107",
    ),
    "one endless comment": (lambda: worksheet(f"<!--{'<c/>' * 10_000_000}-->"), 0, "KD107"),
    "names without end": (
        lambda: worksheet("".join(f"<n{number}/>" for number in range(1_000_000))),
        0,
        "KD101",
    ),
    "an exploding entity": (
        lambda: packed(parts={"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        0,
        "KD143",
    ),
    "a hundred thousand sheets": (lambda: packed(sheets=SHEET * 100_000), 0, "KD107"),
    "merged ranges over everything": (
        lambda: packed(
            '<row r="1048576"><c t="str"><v>a</v></c></row>',
            after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 19_000 + "</mergeCells>",
        ),
        0,
        "KD125,KD151",
    ),
    "a long formula shared by many cells": (
        lambda: packed(
            f'<row><c><f t="shared" si="0">{"A1+" * 20_000}</f></c></row>'
            + '<row><c><f t="shared" si="0"/></c></row>' * 50_000
        ),
        20_000,
        "KD107,KD152",
    ),
    "a directory of a million entries": (lambda: crowded(1_000_000), 0, "KD107"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory and time are measured as Linux does")
@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_costs_little(name: str, tmp_path: Path) -> None:
    make, expected_rows, expected_codes = HOSTILE[name]
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(make())
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    assert child.returncode == 0
    rows, codes, memory = output.split()
    assert (int(rows), codes) == (expected_rows, expected_codes)
    # wait4's own figure begins with the memory of the parent, from which the child was made
    assert int(memory) < 400 * 1024
    assert usage.ru_utime + usage.ru_stime < 20
