"""DOCX in the layout of official documents, GB/T 9704-2012: A4, 22 lines of 28 characters.

Fonts are only named in the file (offices have them installed); the names are a setting.
"""

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

#: Twentieths of a point: margins (top 37 mm, left 28 mm, right 26 mm, bottom 35 mm) and the line of 28.99 pt.
TOP, LEFT, RIGHT, BOTTOM, LINE = 2098, 1588, 1474, 1984, 579
BODY, TITLE, TABLE, NOTE = 16, 22, 12, 10.5
MOST_ROWS_TOGETHER = 15
#: A run 0.25 pt tighter gives 28 characters to the line.
TIGHTER = -5
FONTS = {
    "body": "仿宋_GB2312",
    "title": "方正小标宋简体",
    "heading": "黑体",
    "subheading": "楷体_GB2312",
    "page": "宋体",
    "latin": "Times New Roman",
}


@dataclass
class Table:
    """A table of an annex. `rows` hold text; the first column is left-aligned, others to the right.
    `widths`: of the columns, in millimeters; together at most the 156 mm of the type area."""

    caption: str
    head: list[str]
    widths: list[float]
    rows: list[list[str]] = field(default_factory=list)
    note: str = ""


def fonts() -> dict[str, str]:
    return {**FONTS, **getattr(settings, "OFFICIAL_FONTS", {})}


class OfficialDocument:
    """Builds one document from top to bottom; `save()` gives its bytes."""

    def __init__(self) -> None:
        from docx import Document as new_document

        self.fonts = fonts()
        self.document: Document = new_document()
        self._lay_out_page()
        self._number_pages()

    def title(self, text: str) -> None:
        self._paragraph(text, font="title", size=TITLE, align="center", indent=0)

    def subtitle(self, text: str) -> None:
        self._paragraph(text, font="subheading", align="center", indent=0)
        self.blank()

    def heading(self, text: str) -> None:
        """一、 in 黑体."""
        self._paragraph(text, font="heading")

    def subheading(self, text: str) -> None:
        """（一） in 楷体, on the page of the paragraph it stands over."""
        self._paragraph(text, font="subheading").paragraph_format.keep_with_next = True

    def text(self, text: str) -> None:
        self._paragraph(text)

    def blank(self) -> None:
        self._paragraph("", indent=0)

    def annex_note(self, names: list[str]) -> None:
        """附件说明, one blank line under the body, without a full stop."""
        self.blank()
        for number, name in enumerate(names, 1):
            lead = "附件：" if number == 1 else "　　　"
            self._paragraph(f"{lead}{number}.{name}")

    def signature(self, office: str, day: str) -> None:
        """Right-aligned, without a seal: the date two characters from the margin, the office centered on it."""
        self.blank()
        self._paragraph(office, align="right", indent=0, right=2)
        self._paragraph(day, align="right", indent=0, right=2)

    def annex(self, number: int, title: str, tables: list[Table]) -> None:
        """A new page: 附件 in 黑体, the title on the third line, the tables under their captions."""
        self.document.add_page_break()
        self._paragraph(f"附件{number}", font="heading", indent=0)
        self.blank()
        self._paragraph(title, font="title", size=18, align="center", indent=0)
        for table in tables:
            if table.caption:
                self._paragraph(table.caption, font="subheading", indent=0).paragraph_format.keep_with_next = True
            if table.note:
                note = self._paragraph(table.note, size=NOTE, align="right", indent=0)
                note.paragraph_format.keep_with_next = True
            self._table(table)

    def save(self) -> bytes:
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    # --- parts --------------------------------------------------------------------------------

    def _lay_out_page(self) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm, Twips

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Twips(TOP), Twips(BOTTOM)
        section.left_margin, section.right_margin = Twips(LEFT), Twips(RIGHT)
        section.footer_distance = Twips(BOTTOM - 397 - 280)  # the number stands 7 mm under the type area
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(LINE))
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        section._sectPr.append(grid)
        self.document.styles["Normal"].font.size = None

    def _number_pages(self) -> None:
        """— 1 — outside: to the right on odd pages, to the left on even ones."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            paragraph = footer.paragraphs[0]
            self._align(paragraph, align)
            self._indent(paragraph, left=1 if align == "left" else 0, right=1 if align == "right" else 0)
            for text in ("— ", "PAGE", " —"):
                run = paragraph.add_run("" if text == "PAGE" else text)
                self._dress(run, "page", 14)
                if text == "PAGE":
                    self._field(run, text)

    def _paragraph(
        self, text: str, *, font: str = "body", size: float = BODY, align: str = "both", indent: int = 2, right: int = 0
    ) -> "Paragraph":
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Pt

        paragraph = self.document.add_paragraph()
        layout = paragraph.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        layout.line_spacing = Pt(max(LINE / 20, size * 1.5))
        self._align(paragraph, align)
        self._indent(paragraph, first=indent, right=right)
        if text:
            self._dress(paragraph.add_run(text), font, size)
        return paragraph

    def _table(self, content: Table) -> None:
        from docx.shared import Mm

        table = self.document.add_table(rows=0, cols=len(content.head), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, content.widths, strict=True):
            column.width = Mm(width)
        together = len(content.rows) <= MOST_ROWS_TOGETHER
        for number, texts in enumerate([content.head, *content.rows]):
            cells = table.add_row().cells
            for column, text in enumerate(texts):
                cells[column].width = Mm(content.widths[column])
                paragraph = cells[column].paragraphs[0]
                head = number == 0
                self._align(paragraph, "center" if head else "left" if column == 0 else "right")
                paragraph.paragraph_format.keep_with_next = together and number < len(content.rows)
                self._dress(paragraph.add_run(text), "heading" if head else "body", TABLE)
            self._mark_row(table.rows[-1], "cantSplit")
        self._mark_row(table.rows[0], "tblHeader")

    def _dress(self, run, font: str, size: float) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt

        run.font.size = Pt(size)
        run.font.name = self.fonts["latin"]
        properties = run._element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), self.fonts[font])
        if size == BODY:
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(TIGHTER))
            properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:u", "w:lang")

    @staticmethod
    def _align(paragraph, align: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        names = {"both": "JUSTIFY", "center": "CENTER", "right": "RIGHT", "left": "LEFT"}
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, names[align])

    @staticmethod
    def _indent(paragraph, first: int = 0, left: int = 0, right: int = 0) -> None:
        """Indents in characters, the way office suites for Chinese keep them."""
        from docx.oxml.ns import qn

        if not (first or left or right):
            return
        element = paragraph._element.get_or_add_pPr().get_or_add_ind()
        for name, count in (("firstLine", first), ("left", left), ("right", right)):
            if count:
                element.set(qn(f"w:{name}Chars"), str(count * 100))
                element.set(qn(f"w:{name}"), str(count * BODY * 20))

    @staticmethod
    def _field(run, code: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        for kind in ("begin", None, "end"):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = code
            run._element.append(element)

    @staticmethod
    def _mark_row(row, mark: str) -> None:
        """`tblHeader`: repeated on every page; `cantSplit`: never broken between pages."""
        from docx.oxml import OxmlElement

        row._tr.get_or_add_trPr().append(OxmlElement(f"w:{mark}"))
