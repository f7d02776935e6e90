"""How well offices furnish their data: in time, accepted, complete; the public ledger of quality and its notices.

Serves the assessment of dual publicity (发改办财金〔2018〕424号) and the duty to furnish timely and true information
(贵州省社会信用条例第十五条). What is measured comes from what was received. It assesses offices, never persons or
companies; what it only suspects, such as a number missing from a sequence, earns no points and takes none.
"""
