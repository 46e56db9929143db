"""Values to findings: what the outline asks for and no note teaches, and what makes a card weak."""
