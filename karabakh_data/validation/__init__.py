"""Validation of contributed records, and what holds between the records of a data set.

Read (`readers`), judge each value and row (`cells`, `rows`), then keys, references and what holds across records
(`pipeline`, `checks`, `derived`, `plausibility`, `citations`); `codes` says what is wrong, `report` tells it.
"""
