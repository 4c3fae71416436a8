"""THE ORDER: fetch, parse, identify, store; decide, fulfil, render, audit, publish.

``ingest`` reads top to bottom from a source's address to its rows, ``output`` from the
rows to the published files.  Nothing else knows which stage follows which.
"""
