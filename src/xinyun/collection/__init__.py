"""Submissions in: read a department's file, check every row against the catalogue, resolve its subject,
accept it or return it with reasons.

Serves the dual publicity of licences and penalties (发改办财金〔2018〕424号) and the national base catalogue. Never
guesses: a doubtful value is returned with a proposal for a person to decide on.
"""
