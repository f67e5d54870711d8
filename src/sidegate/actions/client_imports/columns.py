"""What a column of a table of clients may hold, and how its header is recognised, in English and in Spanish."""

import re
import unicodedata
from collections.abc import Sequence

# In the order in which a person thinks of a client; the export has the same columns (export.py).
FIELDS = (
    "name",
    "email",
    "phone",
    "language",
    "address",
    "access_notes",
    "tags",
    "service",
    "frequency",
    "price",
    "next_visit",
)
# Many address books keep a name in two columns.
NAME_PARTS = ("first_name", "last_name")
ALL_FIELDS = (*NAME_PARTS, *FIELDS)
# These may stand in several columns, which are then read as one.
JOINED = {"address": ", ", "tags": ", ", "access_notes": "\n"}

_HEADERS = {
    "first_name": "first name|first|given name|forename|nombre de pila|primer nombre",
    "last_name": "last name|last|surname|family name|apellido|apellidos",
    "name": "name|full name|client|client name|customer|customer name|contact|contact name|display name"
    "|nombre|nombre completo|cliente|nombre del cliente|nombre y apellidos",
    "email": "email|e mail|mail|email address|e mail address|correo|correo electronico|direccion de correo",
    "phone": "phone|phone number|telephone|tel|mobile|mobile phone|cell|cell phone|main phone"
    "|telefono|movil|celular|numero de telefono",
    "language": "language|preferred language|lang|idioma|lengua|idioma preferido",
    "address": "address|street|street address|service address|property|address 1|address line 1|address 2"
    "|address line 2|city|town|state|province|zip|zip code|postcode|postal code|location"
    "|direccion|calle|domicilio|ciudad|municipio|estado|provincia|codigo postal|cp",
    "access_notes": "access notes|access|getting in|gate code|gate|entry|notes|note|comments"
    "|acceso|como entrar|como entrar notas|notas de acceso|codigo de la puerta|notas|comentarios",
    "tags": "tags|tag|labels|group|groups|category|etiquetas|etiqueta|grupo|grupos",
    "service": "service|services|service name|job|job type|plan|servicio|servicios|trabajo",
    "frequency": "frequency|how often|recurrence|interval|schedule|frecuencia|cada cuanto|periodicidad",
    "price": "price|rate|amount|price per visit|cost|charge|precio|tarifa|importe|precio por visita",
    "next_visit": "next visit|next date|next service|next appointment|start date|starts|date"
    "|proxima visita|proxima fecha|fecha|fecha de inicio|proximo servicio",
}  # fmt: skip
_FIELD_OF = {header: field for field, headers in _HEADERS.items() for header in headers.split("|")}


def plain(typed: str) -> str:
    """A header or a word in small letters without accents or signs: " E-Mail:" is "e mail"."""
    letters = unicodedata.normalize("NFKD", typed.casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", bare).strip()


def guess_columns(header: Sequence[str]) -> list[str]:
    """What each column seems to hold, empty where it is not known. A field stands once, but for joined ones."""
    found: list[str] = []
    for title in header:
        field = _FIELD_OF.get(plain(title), "")
        is_taken = field in found and field not in JOINED
        found.append("" if is_taken else field)
    return _with_whole_names(found)


def _with_whole_names(columns: list[str]) -> list[str]:
    """A whole name is read where there is one: its parts are then passed over. A first name alone is the name."""
    if "name" in columns:
        return ["" if field in NAME_PARTS else field for field in columns]
    if "last_name" not in columns:
        return ["name" if field == "first_name" else field for field in columns]
    return columns


def is_header(cells: Sequence[str]) -> bool:
    """Whether a table's first row names its columns: none of its cells is an email, and one of them is known."""
    return not any("@" in cell for cell in cells) and any(plain(cell) in _FIELD_OF for cell in cells)
