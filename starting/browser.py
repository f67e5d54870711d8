"""What the browser tests need: a Playwright that starts, and Chromium, the system's or Playwright's own."""

import os
import shutil
from pathlib import Path

from .steps import Stop, step, works

PACKAGES = ("chromium", "libatomic1")  # a bare Debian lacks the second, which Playwright itself needs
FROM_DEBIAN = ["apt-get", "-q", "-y", "install", "--no-install-recommends", *PACKAGES]
HOW = f"Install Chromium (Debian: apt-get install {' '.join(PACKAGES)}), then run this again."
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHTS_OWN = """
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
"""


def see_to_browser(python: Path) -> None:
    """Raises Stop where there is none and none can be had."""
    if is_there(python):
        return
    print("The browser tests need Chromium", flush=True)
    try:
        if shutil.which("apt-get") and os.geteuid() == 0:
            works(["apt-get", "-q", "update"])
            step("Installing Debian's", FROM_DEBIAN)
        else:
            step("Installing Playwright's", [python, "-m", "playwright", "install", "chromium"])
    except Stop as stop:
        raise Stop(f"{stop}\n{HOW}") from stop


def is_there(python: Path) -> bool:
    if any(map(shutil.which, NAMES)):
        return works([python, "-m", "playwright", "--version"])
    return works([python, "-c", PLAYWRIGHTS_OWN])
