"""The way to an address, in the program that the phone has for it."""

from urllib.parse import quote

from django.http import HttpRequest

APPLE = ("iPhone", "iPad", "Macintosh")


def way_to(request: HttpRequest, address: str) -> str:
    """Android hands `geo:` to the maps a person has chosen; Apple's devices do not know it, but open their own maps
    from an https address; anything else gets a map in the browser."""
    device, where = request.headers.get("User-Agent", ""), quote(address)
    if "Android" in device:
        return f"geo:0,0?q={where}"
    if any(name in device for name in APPLE):
        return f"https://maps.apple.com/?q={where}"
    return f"https://www.openstreetmap.org/search?query={where}"
