"""How fast, how large and how complete: this validator and others on one generated file with a known truth."""
