"""How dates, money, names and lists read in a person's language and a business's country.

Pure functions over plain values: no models, no settings, no HTTP.
"""
