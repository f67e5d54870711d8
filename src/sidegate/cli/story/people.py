"""The two catalogs and the clients, each under the short name by which the story calls it."""

from typing import Final, NamedTuple

from ...actions.clients import ClientDetails
from ...actions.services import ServiceDetails

MINUTES: Final = 60


class Person(NamedTuple):
    """A client as the office knows her, and her address with what one needs to know to get in."""

    details: ClientDetails
    address: str
    access_notes: str = ""


GREENLAWN_CATALOG: Final = {
    "mowing": ServiceDetails(
        {"en": "Mowing", "es": "Corte de césped"},
        {"en": "Front and back, edges and clippings included.", "es": "Delante y detrás, con bordes y recogida."},
        "Lawn", 9500, 45, "weekly",
    ),
    "hedges": ServiceDetails(
        {"en": "Hedge trimming", "es": "Poda de setos"},
        {"en": "Up to two metres high.", "es": "Hasta dos metros de altura."},
        "Garden", 14000, 120,
    ),
    "gutters": ServiceDetails(
        {"en": "Gutter cleaning", "es": "Limpieza de canaletas"},
        {"en": "One or two floors; we take the leaves along.", "es": "Uno o dos pisos; nos llevamos las hojas."},
        "House", 18000, 90,
    ),
    "spring": ServiceDetails(
        {"en": "Spring clean-up", "es": "Limpieza de primavera"},
        {"en": "Beds, leaves, first cut.", "es": "Arriates, hojas y primer corte."},
        "Garden", 26000, 4 * MINUTES,
    ),
    "pool": ServiceDetails(
        {"en": "Pool care", "es": "Mantenimiento de piscina"},
        {"en": "Water tested, filter and floor cleaned.", "es": "Control del agua, filtro y fondo limpios."},
        "Pool", 12000, MINUTES, "weekly",
    ),
    "trees": ServiceDetails(
        {"en": "Tree work", "es": "Tala y poda de árboles"},
        {"en": "We look at it first and tell you the price.", "es": "Lo vemos primero y le decimos el precio."},
        "Garden", None, 3 * MINUTES,
    ),
    "snow": ServiceDetails({"en": "Snow clearing", "es": "Retirada de nieve"}, {}, "Winter", 8000, 30, "", False),
}  # fmt: skip

GREENLAWN_CLIENTS: Final = {
    "maria": Person(ClientDetails("Maria Álvarez", "maria@example.com", "+15550100112", "es"),
        "12 Palm Court", "Gate code 4411. Toby, the dog, is friendly.",
    ),
    "omar": Person(ClientDetails("Omar Brooks", "", "+15550100108", "en"), "8 Cedar Row", "Ring twice, please."),
    "julia": Person(ClientDetails("Júlia Prado", "julia@example.com", "+15550100131"), "31 Bay Street"),
    "henry": Person(ClientDetails("Henry Walsh", "henry@example.com", "+15550100120", "en", ("two homes",)),
        "5 Linden Walk", "Side gate on the left, its latch is stiff.",
    ),
    "grace": Person(ClientDetails("Grace Okafor", "grace@example.com", "+15550100141", "en"), "77 Maple Avenue"),
    "peter": Person(ClientDetails("Peter Novak", "peter@example.com", "+15550100145", "en"), "19 Quarry Road"),
    "aisha": Person(ClientDetails("Aisha Rahman", "aisha@example.com", "+15550100150", "en"), "3 Fern Hollow"),
    "carmen": Person(ClientDetails("Carmen Vega", "carmen@example.com", "+15550100153", "es"), "40 Rosewood Drive"),
    "emily": Person(ClientDetails("Emily Foster", "emily@example.com", "+15550100158", "en"), "26 Orchard Street"),
    "linda": Person(ClientDetails("Linda Chen", "linda@example.com", "+15550100161", "en"),
        "9 Lakeside Drive", "Key under the blue pot.",
    ),
    "daniel": Person(ClientDetails("Daniel Kim", "daniel@example.com", "+15550100166", "en"), "52 Pine Street"),
    "samuel": Person(ClientDetails("Samuel Ortiz", "samuel@example.com", "+15550100170", "es"), "14 Mill Road"),
    "rosa": Person(ClientDetails("Rosa Delgado", "rosa@example.com", "+15550100174", "es"), "61 Valley View"),
    "tom": Person(ClientDetails("Tom Becker", "tom@example.com", "+15550100179", "en"), "2 Windmill Road"),
    "ruth": Person(ClientDetails("Ruth Goldberg", "ruth@example.com", "+15550100183", "en"), "33 Elm Street"),
    # Has never been in the portal: asked to a few days ago, or not yet.
    "nora": Person(ClientDetails("Nora Haddad", "nora@example.com", "+15550100186", "en"), "21 Harbor Street"),
    "luz": Person(ClientDetails("Luz Herrera", "luz@example.com", "+15550100187", "es"), "6 Meadow Court"),
    "walter": Person(ClientDetails("Walter Finch", "walter@example.com", "+15550100189", "en"), "48 Chestnut Street"),
    "pilar": Person(ClientDetails("Pilar Montes", "pilar@example.com", "+15550100192", "es"), "17 Juniper Road"),
    "george": Person(ClientDetails("George Lindqvist", "george@example.com", "+15550100194"), "9 Station Road"),
}  # fmt: skip

BLUEPOOL_CATALOG: Final = {
    "pool": ServiceDetails(
        {"en": "Pool cleaning", "es": "Limpieza de piscina"}, {}, "Pool", 11000, MINUTES, "weekly"
    ),
    "opening": ServiceDetails(
        {"en": "Season opening", "es": "Apertura de temporada"}, {}, "Pool", 32000, 180
    ),
    "filter": ServiceDetails({"en": "Filter change", "es": "Cambio de filtro"}, {}, "Pool", None, 45),
}

BLUEPOOL_CLIENTS: Final = {
    "sam": Person(ClientDetails("Sam Waters", "sam@example.com", "+15550100190", "en"), "4 River Bend"),
    "nina": Person(ClientDetails("Nina Castillo", "nina@example.com", "+15550100191", "es"), "18 Bluff View"),
    "paul": Person(ClientDetails("Paul Jensen", "paul@example.com", "+15550100192", "en"), "90 Creek Road"),
}
