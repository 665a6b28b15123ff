"""PNG and JPEG images, as Pillow reads them."""

from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

from campus.uploads.types import JPEG, PNG, FileType

MAX_PIXELS = 40_000_000
END_OF_PNG = b"IEND\xaeB`\x82"
BROKEN = "Cette image est abîmée : ouvrez-la, enregistrez-la de nouveau en PNG ou en JPEG, puis renvoyez-la."
TOO_LARGE = "Cette image a trop de pixels : réduisez-la à 40 millions de pixels au plus."


def check(file) -> FileType:
    """Raises ValidationError when it is broken, immense, or a PNG with something after its end."""
    try:
        with Image.open(file, formats=["PNG", "JPEG"]) as image:
            found = PNG if image.format == "PNG" else JPEG
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(TOO_LARGE)
            image.verify()  # of a PNG, every checksum; of a JPEG, nothing
        file.seek(0)
        with Image.open(file, formats=[found.label]) as image:
            image.draft("RGB", (64, 64))  # a JPEG is decoded at an eighth of its size: cheap
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(BROKEN) from error
    if found == PNG:
        file.seek(-len(END_OF_PNG), 2)
        if file.read() != END_OF_PNG:
            raise ValidationError("Quelque chose suit la fin de cette image : enregistrez-la de nouveau.")
    return found
