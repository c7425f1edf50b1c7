from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import npe2
import pytest


@pytest.fixture(scope="module")
def manifest():
    return npe2.PluginManifest.from_distribution("napari-spinalsam")


def test_every_command_leads_to_something_that_can_be_called(manifest):
    for command in manifest.contributions.commands:
        module, _, name = command.python_name.partition(":")
        __import__(module)
        assert callable(getattr(sys.modules[module], name))


def test_widget_sample_reader_and_writer_are_offered(manifest):
    contributions = manifest.contributions
    assert [widget.display_name for widget in contributions.widgets] == ["SpinalSAM", "Fine-tune SpinalSAM"]
    assert [sample.display_name for sample in contributions.sample_data] == ["Synthetic lumbar CT"]
    assert {"*.nii", "*.nii.gz"} <= set(contributions.readers[0].filename_patterns)
    assert [writer.layer_types for writer in contributions.writers] == [["labels"]]


def test_the_manifest_is_linked_at_the_root_of_the_repository():
    root = Path(__file__).resolve().parents[2]
    package = root / "src" / "napari_spinalsam" / "napari.yaml"
    assert (root / "napari.yaml").resolve() == package.resolve()


def test_opening_the_dock_module_loads_no_network():
    code = (
        "import sys, napari_spinalsam._napari.widget, napari_spinalsam._napari.readers, "
        "napari_spinalsam._napari.finetune_panel, "
        "napari_spinalsam._napari.sample_data, napari_spinalsam._napari.writers; "
        "print(sorted({'torch', 'transformers', 'vosk', 'segment_anything'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
