from pathlib import PurePath
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

LOGO_MAX_BYTES = 200_000
LOGO_FORMATS = {"PNG", "JPEG", "WEBP"}
# Not `mimetypes`, which knows of WebP or not according to the machine.
LOGO_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jfif": "image/jpeg",
    ".webp": "image/webp",
}


def validate_link(value: str) -> None:
    """Accept `https://…`, `http://…` and `mailto:somebody@…`; raise ValidationError for anything else."""
    try:
        scheme = urlsplit(value).scheme.lower()
    except ValueError as error:  # « https://[ » is no address of IPv6
        raise ValidationError("Cette adresse est incomplète : https://exemple.fr/page.") from error
    if scheme == "mailto":
        EmailValidator("Écrivez mailto: suivi d'une adresse électronique complète.")(value[7:].split("?")[0])
    elif scheme in {"http", "https"}:
        URLValidator(schemes=["http", "https"], message="Cette adresse est incomplète : https://exemple.fr/page.")(
            value
        )
    else:
        raise ValidationError("Écrivez une adresse qui commence par https:// ou par mailto:.")


def validate_logo(file) -> None:
    """Accept a PNG, JPEG or WebP image of at most LOGO_MAX_BYTES, by its content and by its name, which tells its type
    to browsers."""
    if file.size > LOGO_MAX_BYTES:
        raise ValidationError("Ce fichier dépasse 200 ko : réduisez l'image.")
    image = getattr(file, "image", None)  # set by ImageField's form field when the file has just been sent
    if image is not None and image.format not in LOGO_FORMATS:
        raise ValidationError("Ce fichier n'est ni un PNG, ni un JPEG, ni un WebP.")
    if PurePath(file.name).suffix.lower() not in LOGO_TYPES:
        raise ValidationError(f"Renommez ce fichier : son nom doit finir par {', '.join(LOGO_TYPES)}.")
