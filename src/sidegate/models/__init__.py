"""What exists: the tables, their querysets and the rules of a single row."""

from .booking_request import BookingRequest
from .business import Business
from .calendar_feed import CalendarFeed
from .client import Client, PortalUser
from .client_import import ClientImport, ImportedRow
from .client_service import ClientService
from .date_proposal import DateProposal
from .event import Event
from .message import Message
from .message_template import MessageTemplate
from .photo import Photo
from .property import Property
from .service import Service
from .set_up_code import SetUpCode
from .sign_in import SignIn
from .user import Membership, User
from .visit import Visit

__all__ = [
    "BookingRequest",
    "Business",
    "CalendarFeed",
    "Client",
    "ClientImport",
    "ClientService",
    "DateProposal",
    "Event",
    "ImportedRow",
    "Membership",
    "Message",
    "MessageTemplate",
    "Photo",
    "PortalUser",
    "Property",
    "Service",
    "SetUpCode",
    "SignIn",
    "User",
    "Visit",
]
