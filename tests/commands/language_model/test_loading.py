import json
import socket
import subprocess
import sys

import pytest
from tiny_models import write_r1_folder

from napari_spinalsam.commands.language_model import load_command_model, loading
from napari_spinalsam.errors import ConfigError, WeightsError


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, napari_spinalsam.commands.language_model as m; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'llguidance')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_extra_is_said_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setattr(loading.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install"):
        load_command_model("bundled")


def test_loading_and_parsing_open_no_connection(r1_folder, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert load_command_model(r1_folder, device="cpu").parse("next slice").stop == "finished"


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="holds no language model"):
        load_command_model(tmp_path)


def test_an_unknown_name_is_refused():
    with pytest.raises(WeightsError):
        load_command_model("no-such-model")


def test_damaged_weights_are_refused(r1_folder, tmp_path):
    for path in r1_folder.iterdir():
        content = path.read_bytes()
        (tmp_path / path.name).write_bytes(content[:100] if path.suffix == ".safetensors" else content)
    with pytest.raises(WeightsError, match="cannot be loaded"):
        load_command_model(tmp_path)


def test_code_that_a_model_brings_is_not_run(r1_folder, tmp_path):
    for path in r1_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    config |= {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config", "AutoModelForCausalLM": "evil.Model"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(WeightsError):
        load_command_model(tmp_path)
    assert not (tmp_path / "ran").exists()


def test_a_template_without_the_sentence_is_refused(tmp_path):
    write_r1_folder(tmp_path, template="{{ bos_token }}hello")
    with pytest.raises(ConfigError, match="template"):
        load_command_model(tmp_path, device="cpu")


def test_an_installation_without_a_bundled_model_says_so(monkeypatch):
    monkeypatch.setattr("napari_spinalsam.weights.bundled_path", _nothing_bundled)
    with pytest.raises(WeightsError, match="No command model is bundled"):
        load_command_model("bundled")


def _nothing_bundled(name):
    raise WeightsError(f"The bundled model {name!r} is not in this installation", "Install napari-spinalsam again")
