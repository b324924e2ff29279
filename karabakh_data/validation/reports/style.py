"""The style sheet of the HTML report, and the tokens that every page of the project takes its look from."""

LIGHT = """
  --page: #f7f6f3; --panel: #fff; --ink: #1c1e22; --soft: #595f69; --line: #dfdcd5; --code: #f3f1ec;
  --error: #b1241d; --error-wash: #fdeceb; --warning: #7d4e00; --warning-wash: #fdf1d9;
  --note: #1b5a9c; --note-wash: #e7f0fa; --good: #1f6b3a; --good-wash: #e5f4ea; --mark: #ffdf80; --mark-ink: #1c1e22;
"""
"""Colours on light paper, as custom properties."""

DARK = """
  --page: #141619; --panel: #1c1f23; --ink: #e9e7e3; --soft: #a7adb7; --line: #33383f; --code: #24282d;
  --error: #ff938a; --error-wash: #3b1f1e; --warning: #f5c16c; --warning-wash: #352a14;
  --note: #93c4fb; --note-wash: #182a3d; --good: #83d6a0; --good-wash: #16301f; --mark: #6b5200; --mark-ink: #fff;
"""
"""The same on dark."""

FONTS = """
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
"""

STYLE = (
    f"""
:root {{ color-scheme: light dark; {LIGHT}{FONTS}}}
@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
"""
    + """
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 4rem; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--soft); font-size: .875rem; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.125rem); line-height: 1.2; margin: .1rem 0 .4rem; text-wrap: balance; }
h2 { font-size: 1.125rem; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 1rem; font-weight: 600; line-height: 1.45; margin: .5rem 0 0; overflow-wrap: anywhere; }
p { margin: .4rem 0 0; }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--note); outline-offset: 2px; border-radius: 2px; }
code, pre { font-family: var(--mono); font-size: .875em; }
.kicker { margin: 0; color: var(--soft); font-size: .875rem; letter-spacing: .02em; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--panel); padding: .4rem .8rem; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.counts div { background: var(--panel); border: 1px solid var(--line); border-top: 3px solid var(--tone, var(--line));
  border-radius: 6px; padding: .6rem .9rem .7rem;
  display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.counts dt { color: var(--soft); font-size: .875rem; }
.counts dd { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums;
  color: var(--tone, inherit); }
.counts .none { --tone: initial; }
.counts .none dd { color: var(--soft); font-weight: 400; }
.error { --tone: var(--error); --wash: var(--error-wash); }
.warning { --tone: var(--warning); --wash: var(--warning-wash); }
.note { --tone: var(--note); --wash: var(--note-wash); }
.good { --tone: var(--good); --wash: var(--good-wash); }
.filter { border: 0; margin: 1.25rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; }
.filter legend { float: left; margin-right: 1.1rem; padding: .25rem 0; color: var(--soft); }
.filter label { display: inline-flex; align-items: center; gap: .45rem; padding: .25rem 0; cursor: pointer; }
.filter input { width: 1.05rem; height: 1.05rem; margin: 0; accent-color: var(--tone); }
:root:has(#show-error:not(:checked)) .findings .error,
:root:has(#show-warning:not(:checked)) .findings .warning,
:root:has(#show-note:not(:checked)) .findings .note { display: none; }
.files { width: 100%; margin-top: 1.5rem; border-collapse: collapse; font-size: .9375rem; }
.files th, .files td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: right;
  font-variant-numeric: tabular-nums; }
.files th:first-child { text-align: left; padding-left: 0; font-weight: 500; overflow-wrap: anywhere; }
.files thead th { color: var(--soft); font-weight: 400; font-size: .875rem; }
.files td { color: var(--tone, var(--soft)); }
section { margin-top: 2.25rem; }
.file { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .9rem;
  background: var(--page); padding: .6rem 0; border-bottom: 1px solid var(--line); }
.file p { margin: 0; color: var(--soft); font-size: .875rem; }
.findings { list-style: none; margin: 0; padding: 0; }
.findings > li { content-visibility: auto; contain-intrinsic-size: auto 12rem; padding-top: .9rem; }
article { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--tone, var(--line));
  border-radius: 6px; padding: .9rem 1.1rem 1rem; }
:target > article { box-shadow: 0 0 0 2px var(--tone); }
.about { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .8rem; margin: 0; color: var(--soft);
  font-size: .875rem; overflow-wrap: anywhere; }
.badge { background: var(--wash); color: var(--tone); font-weight: 650; border-radius: 4px; padding: .05rem .5rem; }
h3 code { font-weight: 650; font-size: .9375em; }
.about .place { margin-left: auto; }
.instead code { background: var(--good-wash); color: var(--good); border-radius: 4px; padding: .1rem .35rem;
  overflow-wrap: anywhere; }
.excerpt { display: grid; grid-template-columns: auto 1fr; margin: .7rem 0 0; line-height: 1.6;
  background: var(--code); border-radius: 4px; }
.excerpt span { color: var(--soft); padding: .45rem .7rem; border-right: 1px solid var(--line); user-select: none; }
.excerpt code { font-size: 1em; padding: .45rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
mark { background: var(--mark); color: var(--mark-ink); border-radius: 2px; padding: .1em 0; }
details { margin-top: .7rem; font-size: .9375rem; color: var(--soft); }
summary { cursor: pointer; width: fit-content; }
summary:hover { color: var(--ink); }
details p { max-width: 46rem; padding-left: 1.05rem; color: var(--ink); }
details code, .more code, footer code { background: var(--code); border-radius: 3px; padding: .05rem .3rem; }
.more { margin-top: 1.25rem; color: var(--soft); }
.clean { margin-top: 2rem; padding: 1rem 1.25rem; border-radius: 6px;
  background: var(--good-wash); color: var(--good); }
.changes { width: 100%; border-collapse: collapse; margin-top: .5rem; font-size: .9375rem; table-layout: fixed; }
.changes th { width: 20%; }
.changes th, .changes td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; font-weight: 400; }
.changes thead th { color: var(--soft); border-top: 0; font-size: .875rem; width: auto; }
.changes thead th:first-child { width: 20%; }
.changes tbody th { font-family: var(--mono); font-size: .8125rem; padding-top: .55rem; }
del { background: var(--error-wash); color: var(--error); border-radius: 2px; }
ins { background: var(--good-wash); color: var(--good); border-radius: 2px; text-decoration: none; }
.empty { color: var(--soft); font-style: italic; }
@media (max-width: 34rem) {
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  header { padding-top: 1.25rem; }
  .counts { grid-template-columns: 1fr 1fr; gap: .5rem; }
  article { padding: .75rem .8rem .85rem; }
  .about .place { margin-left: 0; width: 100%; }
  .excerpt span { padding: .4rem .5rem; }
  .excerpt code { padding: .4rem .55rem; }
  .files th, .files td { padding: .4rem .3rem; }
  .changes thead { display: none; }
  .changes tr { display: block; border-top: 1px solid var(--line); padding: .4rem 0; }
  .changes th, .changes td { display: block; width: auto; border: 0; padding: .1rem 0; }
  .changes td::before { content: attr(data-name) " "; color: var(--soft); font-size: .8125rem; }
}
@media print {
  :root { color-scheme: light; font-size: 10pt; --page: #fff; --code: #f6f5f2; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .filter, .skip { display: none; }
  .file { position: static; break-after: avoid; }
  .findings > li { content-visibility: visible; break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; }
  article, .badge, mark, ins, del, .excerpt { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
)
