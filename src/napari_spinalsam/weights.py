"""Where every model file comes from: bundled with the package, downloaded, or the user's own.

Bundled models lie in ``napari_spinalsam/models`` in a wheel and in the repository's ``models`` in an editable install.
Downloads go to the user's data folder, or to where the environment variable ``NAPARI_SPINALSAM_HOME`` points; nothing
is downloaded unless asked for. A registered model is one row of `REGISTRY`; it may have several files.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from napari_spinalsam.downloading import check_room, fetch, fetch_folder
from napari_spinalsam.errors import WeightsError
from napari_spinalsam.folders import HOME_VARIABLE, data_folder

#: The bundled SAM, which the name "bundled" stands for.
BUNDLED_SAM: Final = "spinalsam-small"
#: The bundled command model, which "bundled" stands for where commands are parsed.
BUNDLED_COMMAND_MODEL: Final = "command-model"
#: The bundled voice model, which "bundled" stands for where speech is recognised.
BUNDLED_VOICE: Final = "vosk-spine-commands-en"

Kind = Literal["segmentation", "language", "speech"]
State = Literal["bundled", "downloaded", "not downloaded", "missing"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model.

    Parameters
    ----------
    name : str
        File name, also the last part of its address.
    size : int or None
        In bytes; None where it is not known beforehand.
    sha256 : str or None
        Hexadecimal digest; None where it is not known beforehand.
    """

    name: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the registry.

    Parameters
    ----------
    name : str
        What the user calls it.
    kind : {"segmentation", "language", "speech"}
    about : str
        A few words for the list.
    files : tuple of ModelFile
        One file, or all files of a folder.
    base_url : str or None
        Address of the folder to download the files from; None for bundled models.
    archive : ModelFile or None
        The zip file at that address that the files come in, if they are not downloaded one by one.
    """

    name: str
    kind: Kind
    about: str
    files: tuple[ModelFile, ...]
    base_url: str | None = None
    archive: ModelFile | None = None


def _published_vosk(name: str, language: str, size: int, sha256: str) -> Model:
    # What every Vosk model has; without one of them it does not load.
    files = tuple(map(ModelFile, ("am/final.mdl", "conf/model.conf", "graph/Gr.fst", "graph/HCLr.fst")))
    archive = ModelFile(f"{name}.zip", size, sha256)
    return Model(name, "speech", f"Vosk, small {language} model", files, "https://alphacephei.com/vosk/models", archive)


def _published_sam(name: str, file: str, size: int, sha256: str) -> Model:
    about = f"Meta's Segment Anything ViT-{name[-1].upper()}, 1024 px"
    address = "https://dl.fbaipublicfiles.com/segment_anything"
    return Model(name, "segmentation", about, (ModelFile(file, size, sha256),), address)


REGISTRY: Final[tuple[Model, ...]] = (
    Model(
        BUNDLED_SAM,
        "segmentation",
        "small SAM for spine CT, 512 px",
        (ModelFile("config.json"), ModelFile("model.safetensors")),
    ),
    Model(
        BUNDLED_COMMAND_MODEL,
        "language",
        "small command model, English and Chinese",
        tuple(
            map(
                ModelFile,
                (
                    "config.json",
                    "generation_config.json",
                    "model.safetensors",
                    "tokenizer.json",
                    "tokenizer_config.json",
                ),
            )
        ),
    ),
    Model(
        BUNDLED_VOICE,
        "speech",
        "Vosk model of the commands, English",
        (
            ModelFile("am/final.mdl"),
            ModelFile("conf/mfcc.conf"),
            ModelFile("conf/model.conf"),
            ModelFile("graph/HCLr.fst"),
            ModelFile("graph/Gr.fst"),
            ModelFile("graph/commands.txt"),
        ),
    ),
    _published_sam(
        "vit_b",
        "sam_vit_b_01ec64.pth",
        375_042_383,
        "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
    ),
    _published_sam(
        "vit_l",
        "sam_vit_l_0b3195.pth",
        1_249_524_607,
        "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
    ),
    _published_sam(
        "vit_h",
        "sam_vit_h_4b8939.pth",
        2_564_550_879,
        "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
    ),
    Model(
        "deepseek-r1-distill-qwen-1.5b",
        "language",
        "DeepSeek-R1-Distill-Qwen-1.5B for commands, 3.6 GB",
        (
            ModelFile("config.json"),
            ModelFile("generation_config.json"),
            ModelFile("tokenizer.json", None, "88145e3c3249adc2546ede277e9819d6e405e19072456e4b521cbc724bd60773"),
            ModelFile("tokenizer_config.json"),
            ModelFile(
                "model.safetensors",
                3_554_214_621,
                "58858233513d76b8703e72eed6ce16807b523328188e13329257fb9594462945",
            ),
        ),
        "https://huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B/resolve/"
        "ad9f0ae0864d7fbcd1cd905e3c6c5b069cc8b562",
    ),
    _published_vosk(
        "vosk-model-small-en-us-0.15",
        "English",
        41_205_931,
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    ),
    _published_vosk(
        "vosk-model-small-cn-0.22",
        "Chinese",
        43_898_754,
        "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
    ),
)


def find_model(name: str) -> Model:
    """Find a registered model by its name; "bundled" is the bundled SAM.

    Raises
    ------
    WeightsError
        If no model has that name; the hint lists those there are.
    """
    wanted = BUNDLED_SAM if name == "bundled" else name
    for model in REGISTRY:
        if model.name == wanted:
            return model
    raise WeightsError(f"There is no model {name!r}", f"Choose from {', '.join(model.name for model in REGISTRY)}")


def bundled_path(name: str) -> Path:
    """Folder of a bundled model.

    Raises
    ------
    WeightsError
        If this installation has no such folder.
    """
    places = (_package_models(), Path(__file__).resolve().parents[2] / "models")
    for place in places:
        if (place / name).is_dir():
            return place / name
    raise WeightsError(f"The bundled model {name!r} is not in this installation", "Install napari-spinalsam again")


def _package_models() -> Path:
    return Path(str(resources.files("napari_spinalsam"))) / "models"


def home() -> Path:
    """Folder that holds the downloaded models, one folder each; it need not exist yet."""
    return data_folder() / "models"


def state(model: Model) -> State:
    """Whether the files of a model are there, without reading them."""
    there = all(path.is_file() for path in files(model))
    if model.base_url is None:
        return "bundled" if there else "missing"
    return "downloaded" if there else "not downloaded"


def files(model: Model) -> list[Path]:
    """Where the files of a model are or would be."""
    if model.base_url is not None:
        return [home() / model.name / file.name for file in model.files]
    try:
        folder = bundled_path(model.name)
    except WeightsError:
        folder = _package_models() / model.name
    return [folder / file.name for file in model.files]


def model_path(model: Model) -> Path:
    """File of a model of one file, folder of one with several.

    Raises
    ------
    WeightsError
        If it is not there; the hint says how to get it.
    """
    if model.base_url is None:
        return bundled_path(model.name)
    if state(model) != "downloaded":
        raise WeightsError(
            f"The model {model.name} has not been downloaded", f"Run: napari-spinalsam models download {model.name}"
        )
    folder = home() / model.name
    return folder / model.files[0].name if len(model.files) == 1 and model.archive is None else folder


def resolve(name_or_path: str | Path, kind: Kind = "segmentation") -> Path:
    """Find the file or folder of a registered model, or the user's own.

    Parameters
    ----------
    name_or_path : str or Path
        "bundled" is the bundled SAM.
    kind : {"segmentation", "language", "speech"}
        What is looked for: the models that are named where there is none of that name.

    Raises
    ------
    WeightsError
        If it is neither, or has not been downloaded.
    """
    name = str(name_or_path)
    if name == "bundled" or any(model.name == name for model in REGISTRY):
        return model_path(find_model(name))
    path = Path(name_or_path).expanduser()
    if path.exists():
        return path
    names = ", ".join(model.name for model in REGISTRY if model.kind == kind)
    own = "checkpoint file" if kind == "segmentation" else "model folder"
    raise WeightsError(f"There is no model and no file {name!r}", f"Give bundled, {names}, or the path of a {own}")


def download(model: Model) -> Path:
    """Download the files of a model that are not there yet, or not whole, with progress on stderr.

    Every file is checked by size and SHA-256, as far as they are known, before it gets its name: what lies under that
    name is whole.

    Returns
    -------
    Path
        As `model_path`.

    Raises
    ------
    WeightsError
        If the model is bundled, the disk is too full, the server does not answer, or what it sends is not the file.
    """
    if model.base_url is None:
        raise WeightsError(f"The model {model.name} is bundled", "There is nothing to download")
    folder = home() / model.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WeightsError(f"{folder} cannot be made ({error.strerror})", f"Set {HOME_VARIABLE} to a folder") from error
    missing = [file for file in model.files if _check_file(folder / file.name, file).problem]
    if model.archive is not None:
        missing = [model.archive] if missing else []
    check_room(folder, sum(file.size or 0 for file in missing))
    for file in missing:
        url = f"{model.base_url}/{file.name}"
        if file is model.archive:
            fetch_folder(url, folder, file.size, file.sha256)
        else:
            fetch(url, folder / file.name, file.size, file.sha256)
    return model_path(model)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What `verify` found of one file: `problem` is empty where all is well."""

    path: Path
    size: int
    sha256: str
    problem: str


def verify(model: Model) -> tuple[FileCheck, ...]:
    """Read every file of a model and compare what is known of it.

    Sizes and digests are compared where the registry has them; a safetensors file must be as long as its header says,
    which is what tells a damaged bundled model.

    Raises
    ------
    WeightsError
        If the model is not there.
    """
    paths = files(model)
    if not any(path.exists() for path in paths):
        model_path(model)  # says so
    return tuple(_check_file(path, file) for path, file in zip(paths, model.files, strict=True))


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_file(path: Path, file: ModelFile) -> FileCheck:
    if not path.is_file():
        return FileCheck(path, 0, "", "is missing")
    size, digest = path.stat().st_size, sha256_of(path)
    problem = ""
    if file.size is not None and size != file.size:
        problem = f"has {size} bytes instead of {file.size}"
    elif file.sha256 is not None and digest != file.sha256:
        problem = f"has SHA-256 {digest[:12]}… instead of {file.sha256[:12]}…"
    elif path.suffix == ".safetensors":
        problem = _safetensors_problem(path)
    return FileCheck(path, size, digest, problem)


def _safetensors_problem(path: Path) -> str:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy"):
            return ""
    except (SafetensorError, OSError) as error:
        return f"is cut short or damaged ({error})"
