"""A template filter such as an ordinary page has for money."""

from django import template

register = template.Library()


@register.filter
def dollars(minor: int | None) -> str:
    return "" if minor is None else f"${minor / 100:,.2f}"
