"""What a business needs when its rows have come to another server, or come back."""

from django.db import transaction

from ..models import Business, ClientImport, Message

Status = Message.Status


def hold_all_mail() -> int:
    """At every business mail waits until an owner releases it; returns how many messages do.

    The copy cannot know what left after it was made, so whatever was about to leave waits too. Sign-in mail is
    never held, or nobody could release the rest (CASES D12). No worker of this server has any of it in hand.
    """
    with transaction.atomic():
        Business.objects.update(holds_mail=True)
        about_to_leave = Message.objects.waiting().filter(sign_in=None)
        about_to_leave.update(status=Status.HELD, lease_until=None)
        Message.objects.filter(status=Status.SENDING).update(status=Status.QUEUED, lease_until=None)
        return Message.objects.filter(status=Status.HELD).count()


def forget_workers() -> None:
    """No worker of this server is at work on an import: any of them may take it up at once."""
    ClientImport.objects.exclude(lease_until=None).update(lease_until=None)
