"""The lint rules, one a file; ``deckgen.lint.all_rules`` has their order."""
