"""What the law says, from which day, on whose authority: reads `rulebook/` and answers for a given day.

Pure: no framework, no clock. Which day counts is a legal question, so callers pass it
(`rulebook().on(penalty_decided_on)`); nothing here assumes one. The folder's form: docs/law.md.
"""

from xinyun.law.assessments import Assessment, Indicator
from xinyun.law.book import Rulebook
from xinyun.law.catalogue import Check, CodeList, Field, Item
from xinyun.law.ceilings import Ceiling, Fines
from xinyun.law.day import Law, NotInForce, UnknownNorm
from xinyun.law.enforcements import Enforcement
from xinyun.law.faults import RulebookFault, RulebookFaults
from xinyun.law.identities import Identity, Naming
from xinyun.law.in_use import rulebook
from xinyun.law.kinds import Condition, Division, Industry, Office, Source
from xinyun.law.listings import Consent, Listing
from xinyun.law.measures import CreditList, Measure, Scene
from xinyun.law.procedures import Clock, Procedure
from xinyun.law.relations import Association, Relation, Telling
from xinyun.law.retention import Keeping

__all__ = [
    "Assessment",
    "Association",
    "Ceiling",
    "Check",
    "Clock",
    "CodeList",
    "Condition",
    "Consent",
    "CreditList",
    "Division",
    "Enforcement",
    "Field",
    "Fines",
    "Identity",
    "Indicator",
    "Industry",
    "Item",
    "Keeping",
    "Law",
    "Listing",
    "Measure",
    "Naming",
    "NotInForce",
    "Office",
    "Procedure",
    "Relation",
    "Rulebook",
    "RulebookFault",
    "RulebookFaults",
    "Scene",
    "Source",
    "Telling",
    "UnknownNorm",
    "rulebook",
]
