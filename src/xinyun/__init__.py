"""Xinyun 信云: the public-credit platform of a province. See docs/architecture.md."""

__version__ = "0.1.0"
