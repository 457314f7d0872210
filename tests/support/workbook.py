"""Workbooks as Excel and LibreOffice save them."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | float | datetime | bool | None

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
</Types>"""
RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"""
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>
</styleSheet>"""


def cell(value: Cell) -> str:
    """A cell as Excel saves it: dates are numbers with a style, of days since the end of 1899."""
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
        return f'<c s="1"><v>{days!r}</v></c>'
    if isinstance(value, float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> str:
    """Saves a workbook; gives its path."""
    with zipfile.ZipFile(path, "w") as saved:
        saved.writestr("[Content_Types].xml", CONTENT_TYPES)
        office = f'<Relationship Id="r1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/>'
        saved.writestr("_rels/.rels", RELATIONSHIPS.format(office))
        listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
        saved.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{KIND}"><sheets>{listed}</sheets></workbook>'
        )
        parts = "".join(
            f'<Relationship Id="r{n}" Type="{KIND}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in enumerate(sheets, 1)
        )
        styles = f'<Relationship Id="styles" Type="{KIND}/styles" Target="styles.xml"/>'
        saved.writestr("xl/_rels/workbook.xml.rels", RELATIONSHIPS.format(parts + styles))
        saved.writestr("xl/styles.xml", STYLES)
        for n, rows in enumerate(sheets.values(), 1):
            data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            saved.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
            )
    return str(path)


def as_libreoffice_saves_it(path: Path, content: str) -> str:
    """An `.ods`, whose one sheet has this content of `table:table-row` elements; gives its path."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w") as saved:
        saved.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        saved.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{office}manifest:1.0"/>')
        saved.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" '
            f'xmlns:text="{office}text:1.0"><office:body><office:spreadsheet><table:table table:name="Blad1">{content}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return str(path)


def as_excel_saves_it(path: Path, rows: str, shared: Sequence[str], *, from_1904: bool = False) -> str:
    """A workbook with shared strings, a format of its own for dates, and rows as XML; gives its path."""
    workbook(path, {"Blad1": []})
    with zipfile.ZipFile(path) as saved:
        parts = {name: saved.read(name).decode() for name in saved.namelist()}
    strings = "".join(f"<si><t xml:space='preserve'>{escape(text)}</t></si>" for text in shared)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" count="{len(shared)}">{strings}</sst>'
    relations = parts["xl/_rels/workbook.xml.rels"]
    link = f'<Relationship Id="shared" Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = relations.replace("</Relationships>", link)
    parts["xl/styles.xml"] = STYLES.replace(
        "<cellXfs",
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm;@"/></numFmts><cellXfs',
    ).replace('numFmtId="22"', 'numFmtId="164"')
    if from_1904:
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as saved:
        for name, text in parts.items():
            saved.writestr(name, text)
    return str(path)
