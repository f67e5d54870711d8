"""Names, streets and sentences to make people, places and requests of."""

from typing import Final, NamedTuple

FIRST_NAMES: Final = {
    "en": (
        "Abigail", "Andrew", "Beth", "Caleb", "Chloe", "Daniel", "Dorothy", "Edward", "Emily", "Fiona", "George",
        "Grace", "Hannah", "Henry", "Isaac", "Jane", "Jonah", "Judith", "Kevin", "Laura", "Leo", "Linda", "Marcus",
        "Naomi", "Oliver", "Paula", "Peter", "Rachel", "Ruth", "Samuel", "Sarah", "Simon", "Tess", "Victor", "Wendy",
    ),
    "es": (
        "Adriana", "Alberto", "Alejandra", "Álvaro", "Andrés", "Beatriz", "Camila", "Carmen", "César", "Diego", "Elena",
        "Esteban", "Fernanda", "Gabriela", "Ignacio", "Inés", "Javier", "Julia", "Lucía", "Luis", "Marcos", "Marta",
        "Mateo", "Mónica", "Nuria", "Óscar", "Paloma", "Raúl", "Rocío", "Sergio", "Sofía", "Teresa", "Tomás", "Vicente",
    ),
}  # fmt: skip

LAST_NAMES: Final = {
    "en": (
        "Abbott", "Baker", "Barnes", "Brooks", "Carter", "Chen", "Cole", "Dawson", "Ellis", "Fisher", "Foster",
        "Graham", "Hayes", "Holt", "Hughes", "Ingram", "Jensen", "Kaplan", "Kim", "Lawson", "Marsh", "Mercer", "Nolan",
        "Novak", "Okafor", "Parker", "Patel", "Quinn", "Reed", "Rowe", "Sutton", "Tran", "Turner", "Vance", "Walsh",
        "Young",
    ),
    "es": (
        "Aguilar", "Benítez", "Cabrera", "Castillo", "Contreras", "Cordero", "Delgado", "Domínguez", "Espinoza",
        "Flores", "Fuentes", "Gálvez", "Gómez", "Herrera", "Ibarra", "Jiménez", "Lozano", "Márquez", "Medina", "Montes",
        "Navarro", "Núñez", "Ortiz", "Peña", "Ponce", "Quintero", "Ramos", "Reyes", "Rosales", "Salazar", "Serrano",
        "Vega", "Zamora",
    ),
}  # fmt: skip

STREETS: Final = (
    "Acacia Lane", "Alder Court", "Bay Street", "Birch Road", "Bluff View", "Cedar Row", "Chestnut Avenue",
    "Clover Way", "Creek Road", "Dogwood Drive", "Elm Street", "Fern Hollow", "Garden Terrace", "Hawthorn Close",
    "Hickory Lane", "Holly Street", "Juniper Place", "Lakeside Drive", "Laurel Avenue", "Linden Walk",
    "Magnolia Street", "Maple Avenue", "Meadow Lane", "Mill Road", "Mulberry Court", "Oak Ridge", "Orchard Street",
    "Palm Court", "Pine Street", "Poplar Way", "Quarry Road", "River Bend", "Rosewood Drive", "Spruce Lane",
    "Sycamore Street", "Valley View", "Walnut Grove", "Willow Way", "Windmill Road", "Wisteria Place",
)  # fmt: skip

ACCESS_NOTES: Final = (
    "Side gate on the left, latch is stiff.",
    "Gate code 4411. The dog is friendly.",
    "Ring twice, please.",
    "Key under the blue pot.",
    "Park on the street, not in the drive.",
)


class CatalogLine(NamedTuple):
    """A service as it is named in each language, its price in minor units and its usual frequency."""

    names: dict[str, str]
    category: str
    price_minor: int
    duration_minutes: int
    frequency: str = ""


CATALOG: Final = (
    CatalogLine({"en": "Mowing", "es": "Corte de césped"}, "Lawn", 9500, 45, "weekly"),
    CatalogLine({"en": "Hedge trimming", "es": "Poda de setos"}, "Garden", 14000, 120),
    CatalogLine({"en": "Gutter cleaning", "es": "Limpieza de canaletas"}, "House", 18000, 90),
    CatalogLine({"en": "Spring clean-up", "es": "Limpieza de primavera"}, "Garden", 26000, 240),
    CatalogLine({"en": "Window washing", "es": "Lavado de ventanas"}, "House", 12500, 90, "monthly"),
    CatalogLine({"en": "Pool care", "es": "Mantenimiento de piscina"}, "Pool", 12000, 60, "weekly"),
)

NOTES: Final = {
    "en": (
        "Could you come before the weekend? We have guests on Saturday.",
        "The back yard needs it more than the front.",
        "Same as last time, please.",
        "Please call me when you are ten minutes away.",
        "The side gate will be open.",
        "No hurry at all, whenever it suits you.",
    ),
    "es": (
        "¿Pueden venir antes del fin de semana? Tenemos visitas el sábado.",
        "El patio de atrás lo necesita más que el de adelante.",
        "Igual que la última vez, por favor.",
        "Por favor, llámenme cuando estén cerca.",
        "La puerta lateral estará abierta.",
        "No hay prisa, cuando les venga bien.",
    ),
}

ISSUES: Final = {
    "en": (
        "The strip along the fence was left out.",
        "There are clippings all over the patio.",
        "The sprinkler by the gate does not turn off any more.",
    ),
    "es": (
        "Quedó sin cortar la franja junto a la cerca.",
        "Hay restos de césped por todo el patio.",
        "El aspersor junto a la puerta ya no se apaga.",
    ),
}

REASONS: Final = {
    "en": (
        "We are fully booked on those days.",
        "That week the whole crew is on another job.",
        "This is more than our equipment can do safely.",
    ),
    "es": (
        "Esos días ya están completos.",
        "Esa semana todo el equipo está en otra obra.",
        "Es más de lo que nuestro equipo puede hacer con seguridad.",
    ),
}

PERSONAL_LINES: Final = {
    "en": ("We'll bring the small mower for the back.", "Thank you for thinking of us!"),
    "es": ("Llevaremos la máquina pequeña para el patio.", "¡Gracias por pensar en nosotros!"),
}
