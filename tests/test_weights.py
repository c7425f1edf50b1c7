"""Model files: found, downloaded from a local server, verified."""

import hashlib
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from safetensors.numpy import save_file

from napari_spinalsam import weights
from napari_spinalsam.errors import WeightsError
from napari_spinalsam.weights import Model, ModelFile

CONTENT = bytes(range(256)) * 4096  # 1 MiB
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder; "/cut/…" sends less than it announces, "/short/…" less than the file but honestly so."""

    def do_GET(self):
        if self.path.startswith("/cut/"):
            self._send(announced=len(CONTENT), sent=CONTENT[:1000])
        elif self.path.startswith("/short/"):
            self._send(announced=1000, sent=CONTENT[:1000])
        else:
            super().do_GET()

    def _send(self, announced, sent):
        self.send_response(200)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "net.pth").write_bytes(CONTENT)
    (folder / "config.json").write_text("{}")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NAPARI_SPINALSAM_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "models"


def model(address, *files):
    return Model("net", "segmentation", "a network", files or (ModelFile("net.pth", len(CONTENT), DIGEST),), address)


def test_a_right_file_is_downloaded_once(server, home, capsys):
    net = model(server)
    assert weights.state(net) == "not downloaded"
    path = weights.download(net)
    assert path == home / "net" / "net.pth"
    assert path.read_bytes() == CONTENT
    assert weights.state(net) == "downloaded"
    said = capsys.readouterr()
    assert said.out == ""
    assert "net.pth: 1.0 of 1.0 MB" in said.err
    before = path.stat().st_mtime_ns
    assert weights.download(net) == path
    assert path.stat().st_mtime_ns == before
    assert capsys.readouterr().err == ""


def test_a_damaged_file_is_downloaded_again(server):
    net = model(server)
    path = weights.download(net)
    path.write_bytes(CONTENT[:-1] + b"!")
    assert "SHA-256" in weights.verify(net)[0].problem
    assert weights.download(net).read_bytes() == CONTENT


def test_several_files_make_a_folder(server, home):
    net = model(server, ModelFile("net.pth", len(CONTENT), DIGEST), ModelFile("config.json"))
    assert weights.download(net) == home / "net"
    assert sorted(path.name for path in (home / "net").iterdir()) == ["config.json", "net.pth"]
    assert [check.problem for check in weights.verify(net)] == ["", ""]


@pytest.mark.parametrize(
    ("where", "file", "message"),
    [
        ("", ModelFile("net.pth", len(CONTENT), "0" * 64), "its SHA-256 is another"),
        ("", ModelFile("net.pth", 5), "it has 1048576 bytes instead of 5"),
        ("", ModelFile("absent.pth"), "404"),
        ("/cut", ModelFile("net.pth", len(CONTENT), DIGEST), "cannot be downloaded"),
        ("/short", ModelFile("net.pth", len(CONTENT), DIGEST), "it has 1000 bytes instead of 1048576"),
    ],
)
def test_anything_else_leaves_nothing_behind(server, home, where, file, message):
    net = model(server + where, file)
    with pytest.raises(WeightsError, match=message) as caught:
        weights.download(net)
    assert "\n" not in str(caught.value)
    assert list((home / "net").iterdir()) == []
    assert weights.state(net) == "not downloaded"


def packed(folder, name, *members):
    """A zip file of one folder, as Vosk's models come; returns its registry row's archive."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, f"content of {member}")
    return ModelFile(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


def speech_model(address, archive, *files):
    return Model("voice", "speech", "a voice", tuple(map(ModelFile, files)), address, archive)


def test_a_model_in_a_zip_file_is_unpacked_without_its_outer_folder(server, home, tmp_path):
    archive = packed(tmp_path / "served", "voice-0.1", "voice-0.1/am/final.mdl", "voice-0.1/conf/model.conf")
    voice = speech_model(server, archive, "am/final.mdl", "conf/model.conf")
    assert weights.state(voice) == "not downloaded"
    assert weights.download(voice) == home / "voice"
    assert (home / "voice" / "am" / "final.mdl").read_text() == "content of voice-0.1/am/final.mdl"
    assert weights.state(voice) == "downloaded"
    assert [check.problem for check in weights.verify(voice)] == ["", ""]
    assert [path.name for path in home.iterdir()] == ["voice"]
    (home / "voice" / "am" / "final.mdl").unlink()
    weights.download(voice)
    assert weights.state(voice) == "downloaded"


@pytest.mark.parametrize(
    ("members", "change", "message"),
    [
        (["a/x", "b/x"], {}, "does not hold one folder"),
        (["a/x"], {"sha256": "0" * 64}, "its SHA-256 is another"),
        (["a/x"], {"size": 7}, "instead of 7"),
        (["a/x"], {"name": "config.json", "size": None, "sha256": None}, "cannot be unpacked"),
    ],
)
def test_a_zip_file_that_is_not_the_model_leaves_nothing_behind(server, home, tmp_path, members, change, message):
    archive = replace(packed(tmp_path / "served", "voice-0.1", *members), **change)
    with pytest.raises(WeightsError, match=message):
        weights.download(speech_model(server, archive, "x"))
    assert [path.name for path in home.rglob("*")] == ["voice"]


def test_no_server_at_all(server):
    with pytest.raises(WeightsError, match="cannot be downloaded"):
        weights.download(model("http://127.0.0.1:9"))


def test_a_full_disk_is_noticed_before(server):
    with pytest.raises(WeightsError, match="has room for"):
        weights.download(model(server, ModelFile("net.pth", 10**18)))


def test_a_home_that_cannot_be_made(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NAPARI_SPINALSAM_HOME", str(tmp_path / "file"))
    with pytest.raises(WeightsError, match="cannot be made"):
        weights.download(model(server))


def test_the_home_is_the_users_data_folder_unless_moved(monkeypatch):
    monkeypatch.delenv("NAPARI_SPINALSAM_HOME")
    assert "napari-spinalsam" in weights.home().parts
    assert weights.home().name == "models"


def test_a_model_not_downloaded_says_how_to_get_it():
    with pytest.raises(WeightsError, match="Run: napari-spinalsam models download vit_b"):
        weights.resolve("vit_b")
    with pytest.raises(WeightsError, match="has not been downloaded"):
        weights.verify(weights.find_model("vit_b"))


def test_names_and_paths(tmp_path):
    assert weights.resolve(tmp_path) == tmp_path
    assert weights.find_model("bundled").name == "spinalsam-small"
    with pytest.raises(WeightsError, match=r"'nonesuch'.*bundled, .*vit_b, vit_l, vit_h"):
        weights.resolve("nonesuch")
    with pytest.raises(WeightsError, match="There is no model 'vit_x'"):
        weights.find_model("vit_x")
    with pytest.raises(WeightsError, match="is not in this installation"):
        weights.bundled_path("nonesuch")


def test_bundled_models_have_nothing_to_download():
    with pytest.raises(WeightsError, match="is bundled"):
        weights.download(weights.find_model("bundled"))


def test_every_bundled_model_is_there_and_whole():
    bundled = [each for each in weights.REGISTRY if each.base_url is None]
    assert bundled
    for each in bundled:
        assert weights.state(each) == "bundled"
        assert [check.problem for check in weights.verify(each)] == [""] * len(each.files)
        assert weights.resolve(each.name) == weights.bundled_path(each.name)


def test_verify_notices_what_is_missing_cut_or_longer(home):
    net = model("http://unused", ModelFile("a.safetensors"), ModelFile("b.pth", 3), ModelFile("c.pth"))
    folder = home / "net"
    folder.mkdir(parents=True)
    save_file({"weight": np.zeros(1000, np.float32)}, folder / "a.safetensors")
    (folder / "b.pth").write_bytes(b"four")
    whole, wrong, missing = weights.verify(net)
    assert (whole.problem, wrong.problem, missing.problem) == ("", "has 4 bytes instead of 3", "is missing")
    (folder / "a.safetensors").write_bytes((folder / "a.safetensors").read_bytes()[:-10])
    assert "cut short or damaged" in weights.verify(net)[0].problem


def test_the_registry_is_consistent():
    assert len({each.name for each in weights.REGISTRY}) == len(weights.REGISTRY)
    for each in weights.REGISTRY:
        assert each.files
        if each.base_url is not None:
            assert each.base_url.startswith("https://")
            sent = each.files if each.archive is None else (each.archive,)
            assert all(file.sha256 is None or len(bytes.fromhex(file.sha256)) == 32 for file in sent)


def test_no_torch_is_imported():
    code = "import sys, napari_spinalsam.weights; assert not {'torch', 'pooch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
