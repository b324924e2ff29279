"""Validation: what holds between the records of a data set."""
