"""Ordinary files pass, pictures lose everything but their pixels, and phone cameras are served."""

import io
import subprocess

import pytest
import xlsxwriter
from PIL import Image

from bureau.attachments.checks.limits import Refused
from tests.bureau.attachments.hostile import book, pdf, picture
from tests.bureau.attachments.test_hostile import judge

GPS = 0x8825


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        for row in range(200):
            sheet.write_row(row, 0, [row, "化隆牛肉面", 1.5])
        sheet.write_url(201, 0, "https://example.gov.cn/")
    return out.getvalue()


def longest_side(path) -> int:
    with Image.open(path) as image:
        return max(image.size)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("照片.jpg", picture("JPEG"), "image/jpeg"),
        ("PHOTO.JPEG", picture("JPEG", mode="L"), "image/jpeg"),
        ("cmyk.jpg", picture("JPEG", mode="CMYK"), "image/jpeg"),
        ("图.png", picture("PNG", mode="RGBA"), "image/png"),
        ("palette.png", picture("PNG", mode="P"), "image/png"),
        ("证明.pdf", pdf(pages=3), "application/pdf"),
        ("台账.xlsx", workbook(), None),
        ("bare.xlsx", book(), None),
        ("a.csv", "编号,名称\r\n1,面馆\r\n".encode("gb18030"), "text/csv"),
        ("b.csv", "编号,名称\n1,面馆\n".encode("utf-8-sig"), "text/csv"),
    ],
)
def test_ordinary_files_pass(name, content, content_type, tmp_path):
    found = judge(name, content, tmp_path)
    assert content_type in (None, found["content_type"])


def test_a_picture_keeps_only_pixels_and_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "<script>alert(1)</script>"
    exif.get_ifd(GPS)[2] = (36.0, 30.0, 0.0)
    content = picture("JPEG", (300, 200), exif=exif, comment=b"<script>")
    judge("photo.jpg", content, tmp_path)
    kept = (tmp_path / "out").read_bytes()
    with Image.open(tmp_path / "out") as image:
        assert image.size == (200, 300)
        assert not image.getexif()
    assert b"script" not in kept
    assert b"Exif" not in kept
    assert longest_side(tmp_path / "thumbnail") == 300  # small ones are not blown up


def test_a_camera_of_fifty_million_pixels_is_made_smaller(tmp_path):
    judge("big.jpg", picture("JPEG", (8160, 6120)), tmp_path)
    assert 2048 <= longest_side(tmp_path / "out") <= 4096
    assert longest_side(tmp_path / "thumbnail") == 320


def test_a_child_that_dies_means_refusal(tmp_path, monkeypatch):
    real = subprocess.run

    def killed(command, **kwargs):
        return real(["sh", "-c", "kill -9 $$"], **kwargs)

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(Refused) as refused:
        judge("a.pdf", pdf(), tmp_path)
    assert refused.value.code == "too_complex"
