"""Sample photos for the demo: plain drawings that say what they are, one file each."""

import hashlib
import io
import uuid
from pathlib import Path

from PIL import Image, ImageDraw

from bureau.attachments import storage

SIZE = (720, 480)
INK, SOFT, PAPER, LINE = "#1C2430", "#5B6675", "#FFFFFF", "#C9D2DC"


def sample(title: str) -> bytes:
    """A JPEG of a form with a heading and gray lines; it shows nobody and nothing real."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((16, 16, SIZE[0] - 16, SIZE[1] - 16), outline=LINE, width=3)
    draw.text((48, 44), "SAMPLE", fill=SOFT, font_size=22)
    draw.text((48, 78), title.upper(), fill=INK, font_size=38)
    for row in range(7):
        top = 160 + row * 40
        draw.rectangle((48, top, 48 + (560, 420, 610, 380, 500, 590, 300)[row], top + 14), fill="#E1E5EA")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


def shrunk(content: bytes) -> bytes:
    image = Image.open(io.BytesIO(content))
    image.thumbnail((240, 240))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


class PhotoShelf:
    """Keeps one file per title on disk and gives every attachment its own name for it (a hard link)."""

    def __init__(self):
        self._known: dict[str, tuple[Path, Path, int, str]] = {}

    def place(self, title: str, number: uuid.UUID) -> dict[str, str | int]:
        """Put the sample and its thumbnail into the store; key, thumbnail_key, size and sha256 of the file."""
        photo, thumbnail, size, digest = self._original(title)
        key = f"{number.hex[:2]}/{number.hex[2:4]}/{number.hex}"
        keys = {"key": key, "thumbnail_key": f"{key}t"}
        for name, source in zip(keys.values(), (photo, thumbnail), strict=True):
            target = storage.path_of(name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            if not target.exists():
                target.hardlink_to(source)
        return {**keys, "size": size, "sha256": digest}

    def _original(self, title: str) -> tuple[Path, Path, int, str]:
        if title not in self._known:
            content = sample(title)
            folder = storage.root() / "samples"
            folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            photo, thumbnail = (folder / f"{title.replace(' ', '-')}{end}.jpg" for end in ("", "-small"))
            photo.write_bytes(content)
            thumbnail.write_bytes(shrunk(content))
            self._known[title] = photo, thumbnail, len(content), hashlib.sha256(content).hexdigest()
        return self._known[title]
