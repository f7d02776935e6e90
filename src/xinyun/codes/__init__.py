"""Unified social credit codes: who has one, which are duplicate or wrong, and which code an old number belongs to.

Serves the coding standard GB 32100-2015 and the plan of the code system (国发〔2015〕33号: one subject, one code, for
life; duplicate and wrong codes are verified by the office that gave them, 发改办财金〔2017〕836号). An old number leads
to a code only where the registry's own record says so. It decides no conflict by itself, changes no code, and never
finds a natural person.
"""
