"""Old records end: what the law says to delete is deleted by the clock, by an order with its article, and only that.

Serves 征信业管理条例 第十六条 and 个人信息保护法 第四十七条; how long and counted from what is in the rulebook's
`retention/`. Never guesses: a record whose time cannot be told is kept and reported. Never deletes what is held:
under an entry on a list that still counts, or kept by an officer's order. Organisations' records are not deleted but
for what was furnished by an authorisation; their public display ends by other norms.
"""
