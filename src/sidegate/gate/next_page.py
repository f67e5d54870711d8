"""Where someone goes next: a local path she asked for and may open, else where she belongs."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ..models import Business, Membership, User

LONGEST = 300
STEPS = {"sign-in", "sign-out", "language"}
PAGES = {"office": "office:requests", "technician": "office:my_day", "portal": "portal:home"}


@dataclass(frozen=True, slots=True)
class Place:
    """What someone may open: an office, a technician's own days, or a portal; `room` is a key of PAGES."""

    room: str
    slug: str
    name: str

    def path(self) -> str:
        return reverse(PAGES[self.room], kwargs={"business": self.slug})

    def opens(self, access: str, slug: str) -> bool:
        """Whoever has the office may have visits of her own."""
        rooms = {self.room, "technician"} if self.room == "office" else {self.room}
        return self.slug == slug and access in rooms


def places(user: User) -> list[Place]:
    """Offices first, each by its name; a business may stand in both lists."""
    members = user.memberships.filter(is_active=True)
    technicians = members.filter(role=Membership.Role.TECHNICIAN)
    office = members.exclude(role=Membership.Role.TECHNICIAN)
    clients = user.portal_users.filter(client__archived_at=None)
    found = []
    for room, rows in (("office", office), ("technician", technicians), ("portal", clients)):
        names = rows.order_by("business__name").values_list("business__slug", "business__name")
        found += [Place(room, slug, name) for slug, name in dict.fromkeys(names)]
    return found


def asked_for(request: HttpRequest) -> str:
    """The path in the form's or the address's `next`; empty where it leads elsewhere."""
    typed = request.POST.get("next") if request.method == "POST" else request.GET.get("next")
    return local_path(typed or "")


def local_path(typed: str) -> str:
    """The path where it stays on this site, else nothing (CASES T36)."""
    is_local = typed.startswith("/") and url_has_allowed_host_and_scheme(typed, allowed_hosts=None)
    is_plain = len(typed) <= LONGEST and typed.isprintable()
    return typed if is_local and is_plain else ""


def destination(user: User, path: str = "") -> str:
    """The path if she may open it; else her one office or portal; else the page where she chooses."""
    hers = places(user)
    if local_path(path) and _opens(path, hers):
        return path
    return hers[0].path() if len(hers) == 1 else reverse("gate:home")


def _opens(path: str, hers: list[Place]) -> bool:
    """Whether the page lies in one of her places, or is open to everyone and no step of signing in or out."""
    if _first_word(path) in STEPS:
        return False
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return False
    room = getattr(match.func, "access", "")
    if room not in PAGES:
        return True
    return any(place.opens(room, match.kwargs["business"]) for place in hers)


def business_of(path: str) -> Business | None:
    """The business whose page the path is: its name and colour are public at that address."""
    slug = _first_word(path)
    return Business.objects.filter(slug=slug).first() if slug else None


def _first_word(path: str) -> str:
    return urlsplit(path).path.lstrip("/").partition("/")[0]
