"""Sizes as a person reads them."""


def megabytes(size: int) -> str:
    """ "1.4 GB", "38 MB", "under 1 MB"."""
    if size >= 10**9:
        return f"{size / 10**9:.1f} GB"
    return f"{size / 10**6:.0f} MB" if size >= 10**6 else "under 1 MB"
