"""The documentation site: the Markdown pages of this checkout as they stand, and what only Sphinx can add.

The source is the root of the checkout, not this folder, so that a link from page to page is the same on the site and
on a code host. What a code host could not show is added while building: the navigation, from the links of
`docs/index.md`, and the API reference, at the `<!-- api: ... -->` marks of `docs/api.md`. Nothing is fetched.
"""

import inspect
import pkgutil
import re
from enum import EnumType

from sphinx.ext.napoleon import Config, GoogleDocstring

import karabakh_data
from karabakh_data.models import Record

project = "karabakh_data"
author = "The karabakh_data maintainers"
version = release = karabakh_data.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
root_doc = "docs/index"
include_patterns = [
    "docs/*.md",
    "docs/generated/*.md",
    "docs/guides/*.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "seeds/README.md",
]
exclude_patterns = [".*", "build", "dist", "karabakh_data", "tests"]  # not searched for pages
templates_path = ["_templates"]

myst_heading_anchors = 3
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!karabakh_data\.).*"),  # other projects' pages are not asked: no network
    ("py:class", r".*\.[A-Z]"),  # type variables
    ("py:class", r"karabakh_data\.vocabulary\..*"),  # words stand in the data dictionary
]
suppress_warnings = ["misc.highlighting_failure"]  # DuckDB's {'a': 'b'} is SQL to DuckDB alone
default_role = "code"  # docstrings mark code with single backticks
highlight_language = "text"  # where a docstring does not say
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
toc_object_entries_show_parents = "hide"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

html_theme = "furo"
html_title = f"karabakh_data {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_additional_pages = {"index": "start.html"}  # the address of the site leads to docs/index.html
html_copy_source = html_show_sourcelink = html_show_copyright = False
html_show_search_summary = False  # would be fetched, which pages opened from a folder cannot
copybutton_selector = "div:not(.highlight-text) > div.highlight pre"

LINK = re.compile(r"^- \[[^\]]+\]\(([^)#:]+)\.md\)", re.MULTILINE)
API = re.compile(r"^<!-- api: (.+) -->$", re.MULTILINE)


def add_navigation(app, docname, source):
    """Each section of the index that lists pages becomes a part of the navigation."""
    if docname != root_doc:
        return
    parts = re.split(r"^## (.+)$", source[0], flags=re.MULTILINE)
    for caption, text in zip(parts[1::2], parts[2::2], strict=True):
        if pages := LINK.findall(text):
            source[0] += "\n".join(["", "", "```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"])


def add_api(app, docname, source):
    """At each mark the names that it lists, with their signatures and docstrings."""
    if docname == "docs/api":
        source[0] = API.sub(lambda match: "\n".join(map(documented, match[1].split())), source[0])


def documented(name):
    """A directive for what is documented; a record's columns are in the data dictionary, and only there."""
    found = pkgutil.resolve_name(f"karabakh_data.{name}")
    if isinstance(found, type):
        kind = "autoexception" if issubclass(found, BaseException) else "autoclass"
    else:
        kind = "automodule" if inspect.ismodule(found) else "autofunction"
    members = ["   :members:"] if isinstance(found, type) and not is_record(found) else []
    if isinstance(found, EnumType):
        members.append("   :undoc-members:")
    lines = ["```{eval-rst}", f".. {kind}:: karabakh_data.{name}", *members, "```", ""]
    if is_record(found):
        lines += [f"Columns and rules: [`{found.TABLE}`](generated/data-dictionary.md#{found.TABLE}).", ""]
    return "\n".join(lines)


def is_record(found):
    return isinstance(found, type) and issubclass(found, Record) and found is not Record


def shorten_signature(app, what, name, obj, options, signature, annotation):
    """A record takes its columns by name."""
    return ("(**columns)", None) if is_record(obj) or obj is Record else None


def read_sections(app, what, name, obj, options, lines):
    """`Args:`, `Raises:`, as the extension napoleon does, which takes "Where it is: …" of a property for a type.

    Lines set in after a colon are an example, as in Markdown.
    """
    text = re.sub(r":\n\n(?=    \S)", "::\n\n", "\n".join(lines))
    lines[:] = GoogleDocstring(text, Config(), app, "method", name, obj, options).lines()


ACCESSIBLE = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    '<div class="highlight"><pre>': '<div class="highlight"><pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
}
"""What the theme leaves to be said to a screen reader, and what scrolls and has to be reached with the keyboard."""


def make_accessible(app, error):
    for path in [] if error else app.outdir.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for old, new in ACCESSIBLE.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def setup(app):
    app.connect("source-read", add_navigation)
    app.connect("source-read", add_api)
    app.connect("autodoc-process-docstring", read_sections)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("build-finished", make_accessible)
