"""A key result from one line of text: what kind it is and what its numbers mean (spec/04 §9.1)."""
