"""Others, each written as its users would: `python -m benchmarks.contenders.NAME FILE` prints what it finds."""
