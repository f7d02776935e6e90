"""The check gateway: other systems ask, at the moment of an act, what bears on a subject, and get a provable answer.

One bare ASGI process (and the same door inside `serve`), with a memory-mapped index that follows the change feed.
Every answer, hit or no hit, is in the ledger before it leaves, and carries a receipt that verifies offline. The
gateway decides nothing itself: the rule is `lists.rules`, the norms are the rulebook's. It never answers unlogged,
never swaps a letter of a code in silence, and never blocks on a name.
"""
