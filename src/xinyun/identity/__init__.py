"""Which codes are one subject, and which subject went on in which: changes of code, duplicates, mergers, splits.

Serves the plan of 2015 for the unified code (one subject, one code, checked and corrected) and Article 67 of the Civil
Code. Records never move: they stay under the code under which they were furnished. What joins codes is a bond, which
the registry's record tells or a person decides with a reason; the registry's word wins. Which fields of which items tell
a bond are norms in `rulebook/*/identity`. A name alone never joins anything, and no measure passes to a successor.
"""
