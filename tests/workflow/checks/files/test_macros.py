"""What runs by itself in a document."""

import pytest

from regulation.findings import Finding, Severity, errors
from tests.workflow.checks.files.made import (
    MEDIA,
    WORD,
    WORD_MACROS,
    docx,
    field,
    odf,
    office,
    ole,
    pdf,
    relationship,
    xlsx,
    zipped,
)
from workflow.checks.files.macros import check

MACRO = "có macro"
FAR = "tự lấy nội dung từ nơi khác"
TEMPLATE_MAIN = "application/vnd.ms-word.template.macroEnabled.main+xml"


def found(name: str, data: bytes) -> list[Finding]:
    return list(check(MEDIA + name, data))


def outlines(body: str) -> bytes:
    return office(WORD, "word/document.xml", f"<w:document>{body}</w:document>")


def settings(target: str) -> dict[str, str]:
    return relationship("attachedTemplate", target, "word/_rels/settings.xml.rels")


CASES: dict[str, tuple[str, bytes, str]] = {
    "macros in Word": ("a.docx", docx("x", more={"word/vbaProject.bin": b"x"}), MACRO),
    "macros by type only": ("a.docx", docx("x", main=WORD_MACROS), MACRO),
    "a template with macros": ("a.docx", zipped({"[Content_Types].xml": TEMPLATE_MAIN}), MACRO),
    "Excel 4 macros": ("a.xlsx", xlsx("x", more={"xl/macrosheets/sheet1.xml": "<x/>"}), MACRO),
    "macros in ODT": ("a.odt", odf("text", {"Basic/Standard/Module1.xml": "<x/>"}), MACRO),
    "an event in ODT": (
        "a.odt",
        odf("text", {"content.xml": '<script:event-listener xlink:href="vnd.sun"/>'}),
        MACRO,
    ),
    "macros in old Word": ("a.doc", ole("WordDocument", "Macros", "VBA"), MACRO),
    "macros in old Excel": ("a.xls", ole("Workbook", "_VBA_PROJECT_CUR"), MACRO),
    "an object in old Word": ("a.doc", ole("WordDocument", "ObjectPool"), "nhúng đối tượng"),
    "a packed program in old Word": ("a.doc", ole("WordDocument", "\x01Ole10Native"), "nhúng"),
    "DDE in old Word": ("a.doc", ole("WordDocument", body=b"\x13 DDEAUTO c:\\x"), "DDE"),
    "DDE": ("a.docx", field("DDEAUTO c:\\\\windows\\\\cmd.exe"), "DDE"),
    "DDE in pieces": ("a.docx", field("DD", "E", "AUTO", " cmd"), "DDE"),
    "DDE in a simple field": ("a.docx", outlines('<w:fldSimple w:instr=" DDE cmd "/>'), "DDE"),
    "DDE in Excel": (
        "a.xlsx",
        xlsx("x", more={"xl/externalLinks/externalLink1.xml": '<ddeLink ddeService="cmd"/>'}),
        "DDE",
    ),
    "DDE in ODS": (
        "a.ods",
        odf("spreadsheet", {"content.xml": "<table:dde-link/><office:dde-source/>"}),
        "DDE",
    ),
    "a template far away": ("a.docx", docx("x", more=settings("https://xau.example/a.dotm")), FAR),
    "a template on a share": ("a.docx", docx("x", more=settings("file:///\\\\xau\\a.dotm")), FAR),
    "an object far away": (
        "a.docx",
        docx("x", more=relationship("oleObject", "mhtml:https://xau.example/!x-usc:a")),
        FAR,
    ),
    "a frame": ("a.docx", docx("x", more=relationship("frame", "https://xau.example/")), FAR),
    "single quotes, another prefix": (
        "a.docx",
        docx(
            "x",
            more={
                "word/_rels/a.rels": "<r:Relationship TargetMode='External' Type='x/oleObject' "
                "Target='http://xau.example'/>"
            },
        ),
        FAR,
    ),
    "an embedded object": (
        "a.docx",
        docx("x", more={"word/embeddings/oleObject1.bin": b"x"}),
        "nhúng",
    ),
    "ActiveX": ("a.docx", docx("x", more={"word/activeX/activeX1.xml": "<x/>"}), "ActiveX"),
    "a program": ("a.docx", docx("x", more={"word/media/a.exe": b"MZ"}), "chương trình chạy được"),
    "macros in an embedded workbook": (
        "a.docx",
        docx("x", more={"word/embeddings/a.xlsx": xlsx("x", more={"xl/vbaProject.bin": "x"})}),
        MACRO,
    ),
    "a document in a document in a document": (
        "a.docx",
        docx(
            "x",
            more={"word/embeddings/a.docx": docx("x", more={"word/embeddings/b.docx": docx("x")})},
        ),
        "nhúng",
    ),
    "JavaScript": ("a.pdf", pdf("<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "JavaScript"),
    "JavaScript in disguise": ("a.pdf", pdf("<< /S /J#61vaScript /J#53 (x) >>"), "JavaScript"),
    "JavaScript, packed": ("a.pdf", pdf(packed=b"7 0 << /S /JavaScript /JS (x) >>"), "JavaScript"),
    "JavaScript behind a false stream": (
        "a.pdf",
        pdf("% stream\n<< /S /JavaScript >>\n% endstream"),
        "JavaScript",
    ),
    "Launch": ("a.pdf", pdf("<< /S /Launch /F (cmd.exe) >>"), "Launch"),
    "an embedded file": ("a.pdf", pdf("<< /Type /EmbeddedFile /Length 0 >>"), "đính bên trong"),
    "a film": ("a.pdf", pdf("<< /Subtype /RichMedia >>"), "nội dung động"),
    "a form that sends": ("a.pdf", pdf("<< /S /SubmitForm /F (https://x) >>"), "gửi dữ liệu"),
    "an action on opening": (
        "a.pdf",
        pdf(catalog="/OpenAction << /S /URI /URI (https://xau.example) >>"),
        "OpenAction",
    ),
    "an action elsewhere": (
        "a.pdf",
        pdf("<< /S /URI /URI (https://x) >>", catalog="/OpenAction 5 0 R"),
        "OpenAction",
    ),
    "packed in a way of its own": (
        "a.pdf",
        pdf("<< /Type /ObjStm /Filter /LZWDecode >>\nstream\nabc\nendstream"),
        "không kiểm tra hết được",
    ),
}


@pytest.mark.duty("O3")
@pytest.mark.parametrize("case", CASES)
def test_what_runs_by_itself_is_refused(case: str) -> None:
    name, data, wanted = CASES[case]
    told = [finding.message for finding in errors(found(name, data))]
    assert any(wanted in message for message in told), told


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx("x", more=relationship("hyperlink", "https://quangnam.gov.vn"))),
        ("a.docx", outlines("<w:instrText> PAGE </w:instrText><w:t>DDE là gì</w:t>")),
        ("a.docx", docx("x", more={"word/embeddings/a.xlsx": xlsx("Số liệu biểu đồ")})),
        ("a.pdf", pdf(catalog="/OpenAction [3 0 R /Fit]")),
        ("a.pdf", pdf(catalog="/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")),
        ("a.pdf", pdf("[3 0 R /XYZ null null 0]", catalog="/OpenAction 5 0 R")),
        ("a.pdf", pdf("<< /S /URI /URI (https://quangnam.gov.vn) >>")),
        ("a.pdf", pdf(text="JavaScript, Launch, EmbeddedFile")),
    ],
)
def test_what_documents_have_anyway_is_no_finding(name: str, data: bytes) -> None:
    assert found(name, data) == []


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (settings("file:///C:\\Mau\\congvan.dotx"), "mẫu (template) trên máy"),
        (relationship("image", "https://example.vn/a.png"), "để ở nơi khác"),
        (
            relationship("externalLinkPath", "SoLieu.xlsx", "xl/externalLinks/_rels/a.xml.rels"),
            "một tệp khác",
        ),
    ],
)
def test_a_link_that_only_fails_is_a_reminder(more: dict[str, str], wanted: str) -> None:
    (finding,) = found("a.docx", docx("x", more=more))
    assert finding.severity is Severity.WARNING
    assert wanted in finding.message


def test_a_thing_found_twice_is_told_once() -> None:
    data = docx("x", more={"word/vbaProject.bin": b"x", "word/vbaData.xml": "<x/>"})
    assert len(found("a.docx", data)) == 1
