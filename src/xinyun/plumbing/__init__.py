"""Django helpers without a domain word: change feed, append-only tables, sealing, access, problem documents."""
