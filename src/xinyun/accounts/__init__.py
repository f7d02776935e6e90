"""Who acts: people with their office and role, and the clients of other systems with their keys.

Offices themselves are norms (`rulebook/*/offices/`); here is only who works for them. Never holds a record.
"""
