"""The nouns.  Frozen values; every time is aware UTC, every duration a timedelta.

``feed`` holds what publishers wrote, ``entries`` what we keep and publish, ``flows`` what
happens to works later, ``rights`` the vocabulary of permissions and decisions, ``settings``
what the operator configures.  ``visit`` and ``websub`` are what is remembered between two
visits and of a hub, ``marks`` the numbers by which texts are found in an index.
"""
