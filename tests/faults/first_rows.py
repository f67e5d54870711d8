"""Greenlawn, Dana and Maria in an installation's database; prints their sessions as JSON. Run as a script."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from sidegate.models import User
from tests import factories


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "sidegate.web.sessions.People"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


greenlawn = factories.make_business()
dana = factories.make_member(business=greenlawn, email="dana@example.com").user
clients = []
for number in range(8):
    client = factories.make_client(
        business=greenlawn, name=f"Maria {number}", email=f"maria{number}@example.com"
    )
    factories.make_property(client=client)
    clients.append(factories.make_portal_user(client=client).user)
service = factories.make_service(business=greenlawn)
print(
    json.dumps(
        {
            "dana": session_of(dana),
            "service": str(service.pk),
            **{f"maria{number}": session_of(user) for number, user in enumerate(clients)},
        }
    )
)
