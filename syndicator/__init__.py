"""syndicator: ingest feeds, republish them as their publishers permit."""

__version__ = "0.1.0"
