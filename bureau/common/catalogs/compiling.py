"""From .po to .mo, for Python's own gettext."""

import io

from babel.messages.mofile import write_mo

from bureau.common.catalogs.extract import stored
from bureau.common.catalogs.places import Place


def compile_place(place: Place) -> bool:
    """Write the .mo when its content changes; False when there is nothing to do."""
    if not place.po.is_file():
        return False
    buffer = io.BytesIO()
    write_mo(buffer, stored(place), use_fuzzy=False)
    content = buffer.getvalue()
    if place.mo.is_file() and place.mo.read_bytes() == content:
        return False
    place.mo.write_bytes(content)
    return True
