"""`sidegate new-business`: a business, its owner, and the link by which she comes in first."""

from argparse import Namespace

from .start import start


def run(options: Namespace) -> int:
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
