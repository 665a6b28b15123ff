from django.conf import settings

from campus.pages.accessibility import current_status
from campus.pages.navigation import main_menu
from campus.pages.spaces import spaces_of


def site(request):
    """What every page may say of the site itself. Reads no session; the database once a minute, for the audit."""
    return {
        "OFFICIAL_SITE": settings.OFFICIAL_SITE,
        "DEMO": settings.DEMO,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "main_menu": main_menu(request.path),
        "spaces": lambda: spaces_of(request.user),
        "accessibility_status": current_status,
    }
