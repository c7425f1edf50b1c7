"""``models`` lists, downloads and verifies."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from napari_spinalsam import folders, weights
from napari_spinalsam.weights import Model, ModelFile

CONTENT = b"weights" * 1000


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(autouse=True)
def registry(tmp_path, monkeypatch):
    """One model on a local server, one that the server lacks, and the bundled one."""
    served = tmp_path / "served"
    served.mkdir()
    (served / "net.pth").write_bytes(CONTENT)
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path / "home"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(served))) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{http.server_port}"
        net = ModelFile("net.pth", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        models = (
            weights.find_model("bundled"),
            Model("net", "segmentation", "a network", (net,), address),
            Model("gone", "segmentation", "another network", (ModelFile("gone.pth", 5, "0" * 64),), address),
        )
        monkeypatch.setattr(weights, "REGISTRY", models)
        yield models
        http.shutdown()
        thread.join()


def test_alone_it_lists(command):
    listed, alone = command("models", "list"), command("models")
    assert alone == listed
    assert listed.status == 0
    header, bundled, net, gone = listed.out.splitlines()
    assert header.split()[:3] == ["model", "size", "state"]
    assert bundled.split()[0] == "spinalsam-small"
    assert " bundled " in bundled
    assert " not downloaded  a network" in net
    assert gone.startswith("gone ")
    assert "NAPARI_SPINALSAM_HOME" in listed.err


def test_download_and_verify(command, tmp_path):
    path = tmp_path / "home" / "models" / "net" / "net.pth"
    downloaded = command("models", "download", "net")
    assert (downloaded.status, downloaded.out) == (0, f"{path}\n")
    assert path.read_bytes() == CONTENT
    assert "downloaded" in command("models").out
    verified = command("models", "verify", "net")
    assert verified.status == 0
    assert verified.out == f"net: {path} is whole, SHA-256 {hashlib.sha256(CONTENT).hexdigest()}\n"
    path.write_bytes(b"weightz" * 1000)
    damaged = command("models", "verify", "net")
    assert damaged.status == 1
    assert "has SHA-256" in damaged.out
    assert damaged.err == (
        "napari-spinalsam: Damaged: net.pth. Download it again with: napari-spinalsam models download MODEL.\n"
    )


def test_verify_alone_reads_what_is_here(command):
    verified = command("models", "verify")
    assert verified.status == 0
    assert {line.split(":")[0] for line in verified.out.splitlines()} == {"spinalsam-small"}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["download", "nonesuch"], "There is no model 'nonesuch'. Choose from spinalsam-small, net, gone."),
        (["download", "bundled"], "The model spinalsam-small is bundled. There is nothing to download."),
        (
            ["verify", "net"],
            "The model net has not been downloaded. Run: napari-spinalsam models download net.",
        ),
    ],
)
def test_errors_are_one_line(command, words, error):
    assert command("models", *words).err == f"napari-spinalsam: {error}\n"


def test_a_file_that_the_server_lacks(command, tmp_path):
    missing = command("models", "download", "gone")
    assert (missing.status, missing.out) == (1, "")
    assert missing.err.count("\n") == 1
    assert "gone.pth cannot be downloaded (404" in missing.err
    assert list((tmp_path / "home" / "models" / "gone").iterdir()) == []


def test_wrong_usage(command):
    assert command("models", "download").status == 2
    assert command("models", "upload").status == 2
