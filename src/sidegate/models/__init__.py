"""What exists: the tables, their querysets and the rules of a single row."""

from .booking_request import BookingRequest
from .business import Business
from .client import Client, PortalUser
from .client_service import ClientService
from .event import Event
from .message import Message
from .message_template import MessageTemplate
from .photo import Photo
from .property import Property
from .service import Service
from .sign_in import SignIn
from .user import Membership, User
from .visit import Visit

__all__ = [
    "BookingRequest",
    "Business",
    "Client",
    "ClientService",
    "Event",
    "Membership",
    "Message",
    "MessageTemplate",
    "Photo",
    "PortalUser",
    "Property",
    "Service",
    "SignIn",
    "User",
    "Visit",
]
