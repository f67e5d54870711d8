"""Measurements: `python3 start.py bench`. What is measured and how: docs/performance.md."""
