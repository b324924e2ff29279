"""The explorer: one page that stands alone, loads nothing, and shows every value as text."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from karabakh_data import __version__, files
from karabakh_data.descriptor import DESCRIPTION, LICENSES, TITLE
from karabakh_data.display import CAMPS
from karabakh_data.explorer import passages
from karabakh_data.explorer.content import MAIN, content
from karabakh_data.palette import VOICES
from karabakh_data.validation.reports.style import DARK, FONTS, LIGHT

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset

ASSETS = Path(__file__).parent / "assets"
VENDOR = Path(__file__).parent / "vendor" / "d3"
SCRIPTS = ("dom", "store", "words", "glyphs", "scale", "timeline", "network", "table", "panel", "main")
"""Our scripts, in the order in which they run."""
NAME = "karabakh-data-explorer.html"
"""The file that is written where none is named."""


def render(ds: Dataset, articles: passages.Passages | None = None) -> str:
    """The page.

    Args:
        ds: The data set; every reference leads to a record.
        articles: The articles whose cited passages are shown; without them citations are positions only.
    """
    scripts = [_asset(VENDOR / "d3.min.js"), *(_asset(ASSETS / f"{name}.js") for name in SCRIPTS)]
    style = _style()
    return Template(_asset(ASSETS / "page.html")).substitute(
        policy=_policy(scripts, style),
        title=escape(TITLE),
        description=escape(DESCRIPTION),
        version=escape(__version__),
        terms=escape(LICENSES[0]["path"]),
        licensed=escape(LICENSES[0]["name"]),
        style=style,
        counts=_counts(ds),
        articles=_articles(articles),
        licence=escape(_asset(VENDOR / "LICENSE")),
        data=_embedded(content(ds, articles)),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def write(ds: Dataset, path: str | Path | None = None, documents: str | Path | passages.Passages | None = None) -> Path:
    """Write the page.

    Args:
        ds: The data set.
        path: The file; `karabakh-data-explorer.html` in the current folder where none is named.
        documents: Folder of the articles, or what was read of it; a page made with it carries their text, and is for
            own use.

    Returns:
        The file written.

    Raises:
        ValueError: The path is `-`: a page is written to a file.
        IsADirectoryError: The path is a folder.
        FileNotFoundError: The file's folder does not exist.
        DocumentError: The folder holds none of the articles.
        KeyError: A reference of the data set leads to no record.
    """
    target = Path(NAME if path is None else path)
    if target.name == "-":
        raise ValueError(f"the page is not written to standard output: name a file, such as {NAME}")
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder: name the file, such as {target / NAME}")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target}: there is no folder {target.parent}")
    articles = passages.read(ds, Path(documents)) if isinstance(documents, str | Path) else documents
    files.write_atomically(target, render(ds, articles).encode("utf-8"))
    return target


# --- Parts ---------------------------------------------------------------------------------------------------------


def _asset(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _style() -> str:
    """Our style sheet with the tokens of both modes; paper is always light."""
    light, dark = (
        tokens + "".join(f"  --camp-{camp}: {getattr(VOICES[camp], tone)};" for camp in CAMPS)
        for tokens, tone in ((LIGHT, "colour"), (DARK, "dark"))
    )
    return (
        f":root {{ color-scheme: light; {light}{FONTS}}}\n"
        f"@media screen and (prefers-color-scheme: dark) "
        f"{{ :root:not([data-theme=light]) {{ color-scheme: dark; {dark} }} }}\n"
        f"@media screen {{ :root[data-theme=dark] {{ color-scheme: dark; {dark} }} }}\n{_asset(ASSETS / 'page.css')}"
    )


def _policy(scripts: Iterable[str], style: str) -> str:
    """Nothing is loaded, and nothing runs or gives style but what stands in the page; no text is taken for HTML."""
    return (
        f"default-src 'none'; script-src {' '.join(map(_digest, scripts))}; style-src {_digest(style)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(value: Any) -> str:
    """JSON that no HTML parser can take for a tag, an end tag or a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _counts(ds: Dataset) -> str:
    numbers = ((name, len(ds.table(name))) for name in (*MAIN, "actors", "sources"))
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{number:,}</dd></div>" for name, number in numbers)


def _articles(articles: passages.Passages | None) -> str:
    """What is said of the articles' text on the page."""
    if articles is None:
        return ""
    missing = "".join(f"<li><bdi>{escape(one)}</bdi></li>" for one in articles.missing)
    left_out = f"<p>Not shown, with positions only:</p><ul>{missing}</ul>" if missing else ""
    return (
        '<section class="own-use" aria-labelledby="own-use"><h2 id="own-use">For your own use: not to be published</h2>'
        "<p>This page carries the text of articles that belong to their publishers, read from your own copies. Do not "
        f"put it on the web or pass it on; a page made without <code>--documents</code> may be.</p>{left_out}</section>"
    )
