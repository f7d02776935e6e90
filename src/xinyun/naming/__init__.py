"""Names of organisations: fold their spellings, split them, compare two, find one among many.

Pure: no framework, no clock, no store. A name alone decides nothing against anyone: `same` says that two spellings may
be of one organisation, and a person or a code must confirm it. Persons' names are never compared here.
"""
