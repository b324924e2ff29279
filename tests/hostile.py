"""Files that mean harm, each made in a moment: name -> what writes it below a folder and gives what to judge."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import parquetfiles
from parquetfiles import PLAIN_DICTIONARY, Long, Page, parquet, run, sealed, squeezed, thrift

HEADER = "place_id,name,place_type,description\n"
ROW = "place-{0},Example {0},settlement,Made up {0}.\n"
MIB = 1 << 20

Maker = Callable[[Path], Path]
MAKERS: dict[str, Maker] = {}


def hostile(function: Maker) -> Maker:
    """Enter a maker under its name."""
    MAKERS[function.__name__.replace("_", "-")] = function
    return function


def written(path: Path, *parts: str | bytes) -> Path:
    with path.open("wb") as stream:
        for part in parts:
            stream.write(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part)
    return path


# ---- Any format ----

for _extension in ("csv", "tsv", "json", "jsonl", "yaml", "xlsx", "parquet"):
    for _name, _content in {
        "empty": b"",
        "only-a-mark": b"\xef\xbb\xbf",
        "nul": bytes(2 * MIB),
        "random": random.Random(7).randbytes(MIB // 2),
        "no-utf8": b"place_id,name\nplace-a,\xe9\xff\xfe\n",
        "utf16": HEADER.encode("utf-16"),
        "surrogates": "place_id,name\nplace-\ud800,\udfff\n".encode("utf-8", "surrogatepass"),
        "blank-lines": b"\n" * (2 * MIB),
    }.items():
        MAKERS[f"{_name}.{_extension}"] = lambda folder, n=f"places.{_extension}", c=_content: written(folder / n, c)


# ---- Delimited text ----


@hostile
def one_line_of_200_mib(folder: Path) -> Path:
    path = written(folder / "places.csv", HEADER, "place-a,")
    os.truncate(path, 200 * MIB)
    return path


@hostile
def a_cell_of_40_mib(folder: Path) -> Path:
    return written(folder / "places.csv", HEADER, 'place-a,"', b"a b\n" * (10 * MIB), '",settlement,Made up.\n')


@hostile
def an_open_quote_before_40_000_rows(folder: Path) -> Path:
    return written(folder / "places.csv", HEADER, '"place-a,x\n', (ROW.format("b") * 1000).encode() * 40)


@hostile
def only_quotes(folder: Path) -> Path:
    return written(folder / "places.csv", HEADER, b'"\n' * 200_000)


@hostile
def a_million_columns(folder: Path) -> Path:
    return written(folder / "places.csv", ",".join(f"c{n}" for n in range(1_000_000)), "\n1\n")


@hostile
def a_million_commas(folder: Path) -> Path:
    return written(folder / "places.csv", HEADER, ("," * 1_000_000 + "\n") * 5)


@hostile
def three_hundred_thousand_ragged_rows(folder: Path) -> Path:
    return written(folder / "places.csv", HEADER, b"a\n" * 300_000)


@hostile
def a_list_of_a_million(folder: Path) -> Path:
    header = "place_id,name,place_type,aliases,description\n"
    return written(folder / "places.csv", header, "place-a,A,site,", ";".join(map(str, range(150_000))), ",Made up.\n")


@hostile
def twenty_thousand_unknown_ids(folder: Path) -> Path:
    header = "report_id,ceasefire_id,as_of,ceasefire_status,source_ids\n"
    rows = (f"report-{n},ceasefire-{n}-nowhere,2020,unspecified,source-{n}\n" for n in range(20_000))
    return written(folder / "status_reports.csv", header, "".join(rows))


@hostile
def twenty_thousand_times_one_id(folder: Path) -> Path:
    return written(folder / "places.csv", HEADER, ROW.format("a") * 20_000)


@hostile
def ids_of_a_mebibyte(folder: Path) -> Path:
    rows = "".join(f"place-{'x' * 500_000}{n},{'y' * 500_000},{'z' * 500_000},=1\n" for n in range(5))
    return written(folder / "places.csv", HEADER, rows)


@hostile
def long_runs_of_every_sign(folder: Path) -> Path:
    header = "report_id,ceasefire_id,as_of,ceasefire_status,reported_by_ids,source_ids\n"
    signs = [
        "-",
        " ",
        ".",
        "0",
        "9",
        "a",
        "A",
        "[",
        "..",
        "X",
        "?~",
        "/",
        "2020-",
        "\u00a0",
        "\u2013",
        "“",
        "é",
        "/..",
        "[2020,",
    ]
    rows = "".join(",".join([sign * 60_000] * 6) + "\n" for sign in signs if sign != ",")
    return written(folder / "status_reports.csv", header, rows.replace("[2020,", "[2020;"))


# ---- JSON and YAML ----


@hostile
def deep_lists(folder: Path) -> Path:
    return written(folder / "places.json", "[" * 500_000)


@hostile
def deep_mappings(folder: Path) -> Path:
    return written(folder / "places.json", '{"a":' * 200_000)


@hostile
def a_text_of_30_mib(folder: Path) -> Path:
    return written(folder / "places.json", '[{"place_id": "', b"x" * (30 * MIB), '"}]')


@hostile
def half_a_million_keys(folder: Path) -> Path:
    return written(folder / "places.json", "[{", ",".join(f'"k{n}":1' for n in range(500_000)), "}]")


@hostile
def the_same_key_a_hundred_thousand_times(folder: Path) -> Path:
    return written(folder / "places.json", "[{", ",".join(['"name":"a"'] * 100_000), "}]")


@hostile
def giant_numbers(folder: Path) -> Path:
    numbers = ["9" * 100_000, "1e999", "-1e999", "NaN", "Infinity", "1" + "0" * 400]
    records = ",".join(f'{{"place_id":"place-{n}","latitude":{text}}}' for n, text in enumerate(numbers))
    return written(folder / "places.json", f"[{records}]")


@hostile
def escapes_that_are_no_characters(folder: Path) -> Path:
    return written(
        folder / "places.json", '[{"place_id": "place-\\ud800", "name": "\\u0000", "description": "\\udfff x"}]'
    )


@hostile
def deep_yaml(folder: Path) -> Path:
    return written(folder / "places.yaml", "[" * 100_000)


@hostile
def yaml_aliases_that_explode(folder: Path) -> Path:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return written(folder / "places.yaml", "\n".join(lines))


@hostile
def yaml_tags(folder: Path) -> Path:
    return written(folder / "places.yaml", "- place_id: !!python/object/apply:os.system ['touch /tmp/owned']\n")


@hostile
def a_yaml_text_of_4_mib(folder: Path) -> Path:
    return written(folder / "places.yaml", "- place_id: place-a\n  name: >\n", b"    word word word\n" * 200_000)


@hostile
def json_lines_without_end(folder: Path) -> Path:
    return written(folder / "places.jsonl", '{"place_id": "', b"x" * (60 * MIB))


# ---- Parquet ----


def bomb(folder: Path, codec: str, *, is_dictionary: bool = False) -> Path:
    page = parquetfiles.words(codec, b"x" * MIB, 1024, 2 if is_dictionary else 0)
    used = Page(1024, len(run(1024)), squeezed(codec, [run(1024)]), PLAIN_DICTIONARY)
    pages = [page, used] if is_dictionary else [page]
    return parquet(folder / "places.parquet", {"place_id": pages}, rows=1024, codec=codec)


@hostile
def a_parquet_dictionary_of_a_gibibyte(folder: Path) -> Path:
    return bomb(folder, "zstd", is_dictionary=True)


@hostile
def a_parquet_page_of_a_gibibyte_by_zstd(folder: Path) -> Path:
    return bomb(folder, "zstd")


@hostile
def a_parquet_page_of_a_gibibyte_by_gzip(folder: Path) -> Path:
    return bomb(folder, "gzip")


@hostile
def a_parquet_page_of_a_gibibyte_by_snappy(folder: Path) -> Path:
    page = Page(1024, 1024 * (MIB + 4), parquetfiles.unsigned(1024 * (MIB + 4)) + b"\0x" + b"\xfe\1\0" * (MIB // 4))
    return parquet(folder / "places.parquet", {"place_id": [page]}, rows=1024, codec="snappy")


@hostile
def parquet_runs_of_billions(folder: Path) -> Path:
    many = (1 << 31) - 1
    pages = [Page(1, 5, b"\1\0\0\0a", type=2), Page(many, len(run(many)), run(many), PLAIN_DICTIONARY)]
    return parquet(folder / "places.parquet", {"place_id": pages}, rows=100)


@hostile
def a_parquet_footer_of_50_mib(folder: Path) -> Path:
    schema = [{4: "schema", 5: 1}, {1: 6, 3: 0, 4: "place_id"}]
    footer = {1: 1, 2: schema, 3: Long(1), 4: [], 5: [{1: "k", 2: "v" * (50 * MIB)}]}
    return sealed(folder / "places.parquet", b"PAR1", thrift(footer))


@hostile
def a_hundred_thousand_parquet_groups(folder: Path) -> Path:
    return parquet(folder / "places.parquet", {"place_id": [Page(1, 5, b"\1\0\0\0a")]}, rows=1, groups=100_000)


@hostile
def parquet_texts_beside_a_dictionary(folder: Path) -> Path:
    word, pages = Page(1, 5, squeezed("zstd", [b"\1\0\0\0a"]), type=2), []
    for number in range(300):
        body = (MIB).to_bytes(4, "little") + str(number).encode().rjust(MIB, b"x")
        pages.append(Page(4, 4 * len(body), squeezed("zstd", [body] * 4)))
    return parquet(folder / "places.parquet", {"place_id": [word, *pages]}, rows=1200, codec="zstd")


# ---- Folders and packages ----


def package(folder: Path, *resources: object) -> Path:
    return written(folder / "datapackage.json", json.dumps({"resources": list(resources)}))


@hostile
def a_package_of_paths_outside(folder: Path) -> Path:
    paths = [
        "/etc/passwd",
        "../../etc/passwd",
        "http://example.org/a.csv",
        "/dev/zero",
        "/proc/self/environ",
        "a\0b.csv",
    ]
    return package(folder, *({"name": "places", "path": path} for path in paths))


@hostile
def a_package_that_lists_itself(folder: Path) -> Path:
    return package(folder, {"name": "places", "path": "datapackage.json"})


@hostile
def a_package_of_a_hundred_thousand_resources(folder: Path) -> Path:
    return package(folder, *({"name": "places", "path": f"{n}.csv"} for n in range(100_000)))


@hostile
def a_folder_that_holds_itself(folder: Path) -> Path:
    (folder / "in").mkdir()
    (folder / "in" / "again").symlink_to(folder)
    (folder / "in" / "zero.csv").symlink_to("/dev/zero")
    return folder


@hostile
def a_pipe_and_names_that_speak_to_terminals(folder: Path) -> Path:
    os.mkfifo(folder / "places.csv")
    for name in ("::error::x.csv", "\x1b[31mred.csv", "two\nlines.csv", "--help.csv", "\u202egnp.csv"):
        written(folder / name, HEADER, "place-a,<script>alert(1)</script>,::error::x,=1+1\n")
    os.rename(written(folder / "x.csv", HEADER), os.fsencode(folder) + b"/\xff\xfe.csv")
    return folder
