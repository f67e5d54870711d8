"""Made-up data at any size: a town of clients, and years of their requests, as rows ready to store.

The same seed, business and day make the same rows, keys included. Rows tell of the past, so no action
makes them: what an action would have written at that moment is written here, and `doctor` agrees.
"""

from .plan import Plan, seed

__all__ = ["Plan", "seed"]
