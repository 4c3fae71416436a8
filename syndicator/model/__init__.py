"""The nouns.  Frozen values; every time is aware UTC, every duration a timedelta.

``feed`` holds what publishers wrote, ``entries`` what we keep and publish, ``rights``
the vocabulary of permissions and decisions, ``settings`` what the operator configures.
"""
