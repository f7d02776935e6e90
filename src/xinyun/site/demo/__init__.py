"""The demonstration: a synthetic province, generated from a seed and marked as 演示数据.

Its cities, counties, offices and rules are those of the rulebook; every subject, person, document and number is
invented. The files go through the same operations as real ones, a few bad rows among them, so that what is shown is
what the platform does. It never runs on a store that holds other data, and its passwords are public.
"""

from xinyun.site.demo.building import build

__all__ = ["build"]
