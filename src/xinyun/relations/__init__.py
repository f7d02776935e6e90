"""Who is related to whom: shareholders, branches, joint bids, legal representatives, and who of them is on a list.

Serves the interim regulation on enterprise information (what the public may read of a firm's owners and branches) and
the articles by which a listing reaches those responsible for a firm. Which fields of which catalogue items tell a
relation are norms in `rulebook/*/relations`, whom a listing reaches in `rulebook/*/associations`; links are rows derived
from records. A name alone never makes a link. No profile of a natural person arises: what else a person has to do with
is never told, save a listed firm for which an article makes that person responsible. A relation is no dishonesty of its
own and no measure follows from it here.
"""
