import http.server
import threading
from functools import partial

import pytest

from napari_spinalsam import folders, weights
from napari_spinalsam.commands.language_model.loading import load_command_model
from napari_spinalsam.errors import WeightsError


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002
        pass


@pytest.fixture
def server(r1_folder):
    handler = partial(QuietHandler, directory=str(r1_folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.fixture
def registered(server, r1_folder, tmp_path, monkeypatch):
    """DeepSeek's row of the registry with this server's address, sizes and digests; an empty data folder."""
    published = weights.find_model("deepseek-r1-distill-qwen-1.5b")
    files = tuple(
        weights.ModelFile(file.name, (r1_folder / file.name).stat().st_size, weights.sha256_of(r1_folder / file.name))
        for file in published.files
    )
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path))
    return weights.Model(published.name, published.kind, published.about, files, server)


def test_a_published_model_is_downloaded_checked_and_runs_again_offline(registered, tmp_path, r1_model):
    folder = weights.download(registered)
    assert all(check.problem == "" for check in weights.verify(registered))
    first = load_command_model(folder, device="cpu").parse("go to slice 42")
    assert first.operations == r1_model.parse("go to slice 42").operations

    again = weights.Model(registered.name, registered.kind, registered.about, registered.files, "http://127.0.0.1:9")
    assert weights.model_path(again) == folder
    offline = load_command_model("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", device="cpu").parse("go to slice 42")
    assert (offline.operations, offline.confidence) == (first.operations, first.confidence)


def test_a_model_that_is_not_there_says_how_to_get_it(registered):
    with pytest.raises(WeightsError, match="models download"):
        load_command_model("deepseek-r1-distill-qwen-1.5b")


def test_another_file_than_the_published_one_is_refused(registered):
    wrong = tuple(
        weights.ModelFile(file.name, file.size, "0" * 64 if file.name == "model.safetensors" else file.sha256)
        for file in registered.files
    )
    damaged = weights.Model(registered.name, registered.kind, registered.about, wrong, registered.base_url)
    with pytest.raises(WeightsError):
        weights.download(damaged)
    with pytest.raises(WeightsError):
        load_command_model("deepseek-r1-distill-qwen-1.5b")
