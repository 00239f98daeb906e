"""Why a file was refused, in words a shop owner can act on."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("This file is empty. Please choose it again."),
    "too_large": _("This file is larger than %(limit)s MB. Please take the photo at a lower resolution or split it."),
    "bad_name": _("This file's name holds hidden characters. Please rename it and try again."),
    "not_listed": _("Files of this kind cannot be accepted here. Please send: %(kinds)s."),
    "not_this_kind": _("The content of this file is not what its name says. Please send: %(kinds)s."),
    "heic": _(
        "This is an HEIC photo, which many computers cannot open. Set the phone's camera to “Most compatible” (JPEG),"
        " or send a screenshot of the photo."
    ),
    "damaged": _("This file is damaged or incomplete. Please save or photograph it again."),
    "encrypted": _("This file is protected by a password. Please remove the password and send it again."),
    "too_many_pixels": _("This picture has more than %(limit)s million pixels. Please send a smaller one."),
    "animated": _("Moving pictures cannot be accepted. Please send a photo."),
    "too_many_pages": _("This document has more than %(limit)s pages. Please send only the pages that are asked for."),
    "pdf_script": _("This PDF holds a program (JavaScript). Please print it to a new PDF, or photograph the pages."),
    "pdf_launch": _("This PDF starts programs or opens other files. Please print it to a new PDF."),
    "pdf_embedded": _("This PDF holds other files. Please send them one by one."),
    "pdf_xfa": _("This PDF is a dynamic form (XFA). Please print it to a new PDF."),
    "pdf_media": _("This PDF holds sound, film or 3D objects. Please print it to a new PDF."),
    "macros": _("This workbook holds macros. Please save it as .xlsx without macros."),
    "external_links": _("This workbook links to other files or data sources. Please paste the values and save again."),
    "embedded_objects": _("This workbook holds embedded objects. Please remove them and save again."),
    "dde": _("This workbook holds a formula that starts programs (DDE). Please paste the values and save again."),
    "nested_archive": _("This workbook holds another archive or program. Please save it again from Excel."),
    "unsafe_path": _("This file is built in an unsafe way. Please save it again from Excel."),
    "document_type": _("This file is built in an unsafe way. Please save it again from Excel."),
    "polyglot": _("This file holds more than the document itself. Please save it again."),
    "bomb": _("This workbook is far larger inside than outside. Please save only the table itself."),
    "too_many_entries": _("This workbook has more than %(limit)s parts. Please save only the table itself."),
    "too_many_columns": _("This table has more than %(limit)s columns. Please save only the columns that are used."),
    "too_complex": _("This file is too complex to be checked. Please send a simpler one."),
    "not_text": _("This text is neither UTF-8 nor GB18030. Please save it again as CSV."),
    "virus": _("The virus scanner refused this file."),
    "scanner_down": _(
        "The virus scanner is not answering, so no file can be accepted. Please try again in a few minutes."
    ),
    "claimed": _("This file already belongs to another record. Please send it again."),
    "too_many_unclaimed": _("You have sent many files that belong to no case yet. Please use or remove them first."),
}


def refusal(code: str, **values: object) -> ValidationError:
    return ValidationError(REASONS[code], code=code, params=values)
