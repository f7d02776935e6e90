"""Entering a list with due process: proposed with evidence, notified, heard, decided by a second officer, served, effective.

Serves 国办发〔2020〕49号 第四部分, 贵州省社会信用条例第二十九条 and each list's own instrument, whose procedures are norms in
`rulebook/*/listings`. A case and its steps are facts and never change; what may be done next is a pure rule of them.
It never decides who stands on a list: the entry itself is `lists`' own verb, called when the decision was served.
Decisions that courts, ministries and departments made in their own systems arrive there by their records.
"""
