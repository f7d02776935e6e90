"""How the rulebook changes: worked cases, what differs between two editions, whom a draft would touch, two officers.

A draft is the text of one norm file. It is checked together with the whole rulebook, shown in words, run as a shadow
over the archive, and released by a second officer; released files lie in the data folder and go before the rulebook
that came with the program. Nothing here decides about a subject.
"""
