"""Dates that the office proposes instead of those a client asked for: propose, take, refuse, and how they end.

Imported module by module: approving and the other acts on a request end a proposal, and taking a date approves.
"""
