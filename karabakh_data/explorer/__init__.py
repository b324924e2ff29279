"""The explorer: the data set as one page to look at, offline.

`content.py` says what is shown, `passages.py` reads the articles of those who have them, `page.py` puts the page
together from `assets/` (our template, style and scripts) and `vendor/` (D3, as the npm registry has it).
"""

from karabakh_data.explorer.page import NAME, render, write
from karabakh_data.explorer.passages import Passages, read

__all__ = ["NAME", "Passages", "read", "render", "write"]
