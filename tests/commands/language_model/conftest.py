from importlib.util import find_spec

import pytest

if find_spec("transformers") is None or find_spec("llguidance") is None:  # the extra "language-model" is not installed
    collect_ignore = [
        "test_command_model.py",
        "test_download.py",
        "test_grammar.py",
        "test_loading.py",
        "test_bundled.py",
    ]


@pytest.fixture(scope="session")
def r1_folder(tmp_path_factory):
    """A tiny random model in the layout in which DeepSeek-R1's distillations are published."""
    from tiny_models import write_r1_folder

    return write_r1_folder(tmp_path_factory.mktemp("r1"))


@pytest.fixture(scope="session")
def r1_model(r1_folder):
    from napari_spinalsam.commands.language_model.loading import load_command_model

    return load_command_model(r1_folder, device="cpu")
