"""From a bare Python to Sidegate running or tested: what start.py does. Standard library only."""
