"""A real browser for the tests of pages: Chromium, headless, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WAIT = 30_000
"""Milliseconds for what the page does at once."""


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser; a test that needs it is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that is open, with all that it complained of and all that it asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        """The text of everything that the selector finds."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    def text(self, selector: str) -> str:
        """The text of the one thing that the selector finds."""
        return " ".join(self.page.locator(selector).inner_text().split())

    def focused(self, what: str = "id") -> str | None:
        """An attribute of what has the focus."""
        found: str | None = self.page.evaluate(f"document.activeElement.getAttribute({what!r})")
        return found

    def address(self) -> str:
        """The fragment of the page's address."""
        return str(self.page.url).partition("#")[2]


@contextmanager
def visit(
    browser: Any, file: Path, fragment: str = "", *, width: int = 1280, dark: bool = False, **options: Any
) -> Iterator[Visit]:
    """Open a page and wait until it is drawn; when it is left, it must not have complained nor asked for anything."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    open_ = Visit(page)
    page.on("console", lambda message: open_.complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: open_.complaints.append(str(error)))
    page.on("request", lambda request: open_.requests.append(request.url.partition("#")[0]))
    page.goto(file.as_uri() + fragment)
    page.wait_for_selector("html[data-ready]", state="attached")
    yield open_
    assert not open_.complaints, open_.complaints
    assert set(open_.requests) == {file.as_uri()}, open_.requests
    context.close()
