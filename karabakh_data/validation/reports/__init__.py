"""The forms of a report: text for the terminal, SARIF, GitHub annotations, a page to look at, the schema of JSON."""
