from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ConfigError, ImageError
from napari_spinalsam.session.report import report, write_report
from napari_spinalsam.session.session import Session

VOID = {"meta", "img"}


class Balanced(HTMLParser):
    """Checks that every element is closed, and collects the text."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    return " ".join(parser.text)


@pytest.fixture
def labelled(session):
    labels = np.zeros(session.volume.shape, dtype=np.uint16)
    labels[3:9, 8:20, 8:22] = 20
    session.edit_labels(labels)
    return session


def test_it_holds_numbers_marks_notices_and_pictures(labelled):
    labels = labelled.labels.copy()
    labels[10:12, 8:20, 8:22] = 22
    labelled.edit_labels(labels)
    labelled.set_reference(labels)
    labelled.execute(ops.Review(status="flagged", label="L1"))
    labelled.execute(ops.Review(status="comment", label="L1", text="an <old> fracture & more"))
    html = report(labelled.scene())
    text = read(html)
    for expected in ("L2 missing between L1 and L3", "Dice", "1.0", "flagged", "an <old> fracture & more", "HU"):
        assert expected in text
    pictures = re.findall(r"data:image/png;base64,([^\"]+)", html)
    assert len(pictures) == 6
    for picture in pictures:
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))))
        assert pixels.shape[0] == 240
        assert (pixels == (230, 159, 0)).all(axis=2).any()


def test_with_nothing_segmented_it_says_so(session):
    assert "Nothing is segmented yet" in read(report(session.scene()))
    with pytest.raises(ImageError):
        report(Session().scene())


def test_it_is_written_whole_or_not_at_all(labelled, tmp_path):
    path = write_report(tmp_path / "report.html", labelled.scene())
    assert path.read_text(encoding="utf-8") == report(labelled.scene())
    with pytest.raises(ConfigError):
        write_report(tmp_path / "nowhere" / "report.html", labelled.scene())
