"""Readers: from a file of each format to raw records with their places."""
