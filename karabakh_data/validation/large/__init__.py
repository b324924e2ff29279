"""Validation of contributions of any size: part by part, in memory that does not grow with the rows."""
