"""The public site and the credit report: what anybody may read about an organisation, and how to verify it.

Serves 政府信息公开条例, the catalogue's publicity rules and 公共信用信息报告标准（2022年版）. Shows only what
the catalogue marks public and only while its publicity lasts; natural persons have no page here. Never scores
or grades, never edits what an office furnished, keeps nothing of its own but the register of issued reports.
"""
