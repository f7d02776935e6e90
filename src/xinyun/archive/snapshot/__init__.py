"""The snapshot: the archive as Parquet files by item, for batch work: evaluation, screening, statistics.

Derived state, whichever the main store is: written along the feed in parts that are never changed, and deletable at
any time. Readers go by the manifest, which is replaced in one step when the parts that it names are durable; so a
reader sees one point of the feed or another, never something between. Serves the platform's own batch engines;
what leaves the platform does not come from here. A natural person is in it by the archive's own number alone: no
identity number, no hash of one, no name, and of a person's records only what the catalogue calls public.
"""
