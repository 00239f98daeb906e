"""Photos: decoded and written anew, so that nothing but pixels survives."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from bureau.attachments.checks.limits import JPEG_PIXELS, PIXELS, SIDE, THUMBNAIL, Refused

DRAFT_FROM = 24_000_000  # pixels; what is smaller fits into the child's memory several times
FORMATS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}


def check(path: Path, out: Path, thumbnail: Path) -> dict:
    """Re-encode `path` into `out` and a small JPEG into `thumbnail`; returns content type and size."""
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = JPEG_PIXELS
    try:
        with Image.open(path, formats=list(FORMATS)) as image:
            return _rewrite(image, out, thumbnail)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too_many_pixels", limit=PIXELS // 1_000_000) from None
    except UnidentifiedImageError:
        raise Refused("damaged") from None
    except (OSError, SyntaxError, ValueError, EOFError, Warning, ArithmeticError):
        raise Refused("damaged") from None


def _rewrite(image: Image.Image, out: Path, thumbnail: Path) -> dict:
    kind = image.format or ""
    width, height = image.size
    if width * height > (JPEG_PIXELS if kind == "JPEG" else PIXELS):
        raise Refused("too_many_pixels", limit=(JPEG_PIXELS if kind == "JPEG" else PIXELS) // 1_000_000)
    if getattr(image, "n_frames", 1) > 1 and kind == "PNG":
        raise Refused("animated")
    if width * height > DRAFT_FROM:
        # The decoder halves or quarters it on the way; the draft is never smaller than half of SIDE.
        image.draft("RGB", (SIDE // 2, SIDE // 2))
    image.load()
    clean = _plain(image, kind)
    clean.thumbnail((SIDE, SIDE))
    ImageOps.exif_transpose(clean, in_place=True)
    # A fresh picture carries pixels only: no EXIF, no GPS, no comments, no profiles.
    bare = Image.new(clean.mode, clean.size)
    bare.paste(clean)
    if kind == "JPEG":
        bare.save(out, "JPEG", quality=88, optimize=True)
    else:
        bare.save(out, "PNG")
    bare.convert("RGB").resize(_fit(bare.size)).save(thumbnail, "JPEG", quality=80)
    content_type, extension = FORMATS[kind]
    return {"content_type": content_type, "extension": extension, "width": bare.width, "height": bare.height}


def _plain(image: Image.Image, kind: str) -> Image.Image:
    if kind == "JPEG":
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    if image.mode in ("RGB", "L", "RGBA", "LA"):
        return image
    return image.convert("RGBA" if image.mode == "P" and "transparency" in image.info else "RGB")


def _fit(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, THUMBNAIL / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
