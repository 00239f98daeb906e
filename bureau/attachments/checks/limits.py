"""The table of what is accepted; read by the parent and by the child, so it imports nothing."""

from dataclasses import asdict, dataclass

MEGABYTE = 1024 * 1024
#: kind → extensions. Everything else is refused.
KINDS = {
    "image": (".jpg", ".jpeg", ".png"),
    "pdf": (".pdf",),
    "xlsx": (".xlsx",),
    "xls": (".xls",),
    "csv": (".csv",),
}
CHILD_MEMORY = 512 * MEGABYTE
CHILD_CPU_SECONDS = 20
CHILD_WALL_SECONDS = 40
PIXELS = 40_000_000
#: A JPEG is decoded at a fraction of its size, so the sensors of today's phones pass.
JPEG_PIXELS = 120_000_000
SIDE = 4096
THUMBNAIL = 320
ZIP_ENTRIES = 2_000
ZIP_RATIO = 100
COLUMNS = 702  # up to ZZ
PDF_OBJECTS = 100_000


@dataclass(frozen=True)
class Limits:
    """What this upload may be: kinds by name, inflated bytes of a container, pages of a PDF."""

    kinds: tuple[str, ...]
    inflated: int
    pages: int

    def as_dict(self) -> dict:
        return asdict(self)


class Refused(Exception):
    """`code` is a key of `messages.REASONS`; `values` fill its placeholders."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values
