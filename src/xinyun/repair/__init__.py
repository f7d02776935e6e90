"""Repair of credit: when a record or a list entry may be repaired, by which procedure, on which clocks.

Serves 国家发展改革委令第58号 (to 2026-03-31), 第36号 (from 2026-04-01) and each list's own rules of early exit. It
never decides that somebody may not ask: outside the terms of an article everybody may.
"""
