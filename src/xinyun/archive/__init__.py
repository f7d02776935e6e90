"""The archive: subjects and their records, the shared memory of the platform.

One archive per unified social credit code (GB 32100-2015). A row is one revision of a record: it is written
once and later only marked as superseded, so the archive can be read as it was known at any point of the
feed. Serves the national base catalogue of public credit information. Never lists or finds a natural person
by name: a person is found by the keyed hash of the identity number alone, which is stored encrypted.
"""
