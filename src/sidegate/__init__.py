"""Sidegate: the entrance for clients a business already has."""

__version__ = "0.1.0"
