"""Sample photos for the demo: plain drawings that say what they are, one file each."""

import hashlib
import io
from pathlib import Path

from PIL import Image, ImageDraw

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


class PhotoShelf:
    """Keeps one file per title on disk and gives every attachment its own name for it (a hard link)."""

    def __init__(self, root: Path):
        self.root = root
        self._known: dict[str, tuple[Path, int, str]] = {}

    def place(self, title: str, key: str) -> tuple[int, str]:
        """Put the sample under `key`; its size in bytes and SHA-256."""
        path, size, digest = self._original(title)
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            target.hardlink_to(path)
        return size, digest

    def _original(self, title: str) -> tuple[Path, int, str]:
        if title not in self._known:
            content = sample(title)
            path = self.root / "samples" / f"{title.replace(' ', '-')}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            self._known[title] = path, len(content), hashlib.sha256(content).hexdigest()
        return self._known[title]
