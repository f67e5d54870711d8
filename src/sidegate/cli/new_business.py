"""`sidegate new-business`: a business, its owner, and the link by which she comes in first.

Without a name: a code, with which the owner sets her business up on a page of its own.
"""

from argparse import Namespace

from .start import start, start_serving
from .trouble import Trouble


def run(options: Namespace) -> int:
    if not options.name:
        return _print_code(options)
    start()
    from ..actions.businesses import NewBusiness, new_business

    business, owner = new_business(
        NewBusiness(
            name=options.name,
            owner_email=options.owner,
            owner_name=options.owner_name,
            address=options.address,
            country=options.country,
            time_zone=options.time_zone,
            currency=options.currency,
            language=options.language,
        )
    )
    from .sign_in_link import link_for

    facts = (business.country, business.time_zone, business.currency, business.default_language)
    print(f"{business.name} is there: {', '.join(facts)}.")
    print(f"{owner.email} opens the office with this link, once, within 15 minutes:")
    print(link_for(owner, f"/{business.slug}/office/requests"))
    return 0


def _print_code(options: Namespace) -> int:
    """The code is kept under the secret key: it must be the one that the pages are served with."""
    if options.owner:
        raise Trouble("Give the business's NAME as well, or neither: then its owner is asked on a page.")
    start_serving()
    from .set_up_code import how_to_set_up

    print(how_to_set_up())
    return 0
