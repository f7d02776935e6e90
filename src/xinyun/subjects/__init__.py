"""The subject base: what kind a subject is, its state, division, industry, names, numbers, branches, as records told them.

Serves the unified social credit code (国发〔2015〕33号) and the regulation on registration of market entities. Everything
is derived from registries' records when it is asked, for any day and by what was known on any day; nothing is stored.
Which words mean which state, and which codes which group, are code lists of the rulebook. Natural persons are found here
by the keyed hash of their whole identity number alone, by officers who say what for; they are never listed, searched or
suggested by name. What joins one code to another (changes of code, mergers) is not decided here.
"""
