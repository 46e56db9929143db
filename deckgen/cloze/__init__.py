"""The grammar of cloze deletions: one tokenizer, one parser, one set of limits for every stage."""
