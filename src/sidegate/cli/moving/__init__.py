"""Taking everything along: a database's copy, the photos' files, and one archive that proves itself.

docs/decisions/0015-moving-servers.md says why it is made this way.
"""
