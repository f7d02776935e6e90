"""Letting go: objections to what is published, and repair of credit, each as a case from the application to the result.

Serves 国家发展改革委令第58号 (to 2026-03-31), 第36号 (from 2026-04-01), 贵州省社会信用条例第三十九至四十二条 and each list's own
rules of early exit. A case and its steps are facts and never change; what may be done next is a pure rule of them. The
mark, the withdrawal and the removal are `archive`'s, `collection`'s and `lists`' own verbs, called in the same
transaction. It never decides that somebody may not ask: outside the terms of an article everybody may.
"""
