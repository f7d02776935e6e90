"""Telling others: who subscribed to lists, items and areas is told every change, in order, until it says that it has it.

Serves 国办发〔2020〕49号 第四部分 and 贵州条例's duty to share: an office that acts on a list must learn of entering and of
leaving on the same day. A message says that something changed and by which document; it never carries a record's content,
and natural persons are in none. What is delivered is written down. It decides nothing about anybody.
"""
