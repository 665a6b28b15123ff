from django.conf import settings


def site(request):
    """What every page may say of the site itself."""
    return {
        "OFFICIAL_SITE": settings.OFFICIAL_SITE,
        "DEMO": settings.DEMO,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
    }
