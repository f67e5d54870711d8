"""The demo's story: Greenlawn and its people, told so that today is an ordinary busy day."""

from .tell import tell

__all__ = ["tell"]
