"""What every context stands on and no domain word: change feed, append-only tables, sealing, access, problems."""
