"""The grammar of cloze deletions, and the dialect of Markdown that they stand in, each once for every stage.

Where a deletion ends depends on code and formulas around it, so that one tokenizer reads all three.
"""
