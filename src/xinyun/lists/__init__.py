"""Who is on which red, black or watch list, by which decision, until when; and what follows from it in a scene.

Serves the list of basic sanction measures (全国失信惩戒措施基础清单) and each list's own instrument: what a list is,
whom it may name and what it entails are norms in `rulebook/*/{lists,measures,scenes}`. Here are the entries and
their removals, which are facts and never change, and the check, which is a pure rule. It never blocks anyone on a
name alone, never lets a measure outlive its entry, and never applies one beyond its article's scope.
"""
