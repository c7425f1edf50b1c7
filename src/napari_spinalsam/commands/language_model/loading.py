"""Where a command model comes from: bundled, downloaded before, or a folder of the user's own."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from napari_spinalsam import weights
from napari_spinalsam.errors import ConfigError, WeightsError
from napari_spinalsam.torchvision_mend import mend_torchvision

if TYPE_CHECKING:
    from napari_spinalsam.commands.language_model.command_model import CommandModel

#: Weights larger than this are kept in bfloat16 on a CPU: their speed is that of the memory, not of the arithmetic.
_BIG_BYTES: Final = 200_000_000


def load_command_model(
    model: str | Path = "bundled", *, device: str | None = None, think: bool = False
) -> CommandModel:
    """Load a causal language model and read its prompt's prefix, so that the first command is as quick as the rest.

    Parameters
    ----------
    model : str or Path
        ``"bundled"``, a registered model's name, or a folder in the Hugging Face format.
    device : str, optional
        A torch device; by default a GPU where there is one.
    think : bool
        Let a reasoning model think before it answers.

    Raises
    ------
    ConfigError
        If the extra with transformers and llguidance is not installed, or the model has no chat template.
    WeightsError
        If the model is not there, or its folder holds no causal language model.
    """
    require_extra()
    folder = _bundled_folder() if model == "bundled" else weights.resolve(_registered_name(str(model)) or model)
    network, tokenizer = load_network(folder, device)

    from napari_spinalsam.commands.language_model.command_model import CommandModel

    drafter = None
    if getattr(network.config, "command_prompt", "catalogue") == "catalogue":
        drafter = _bundled_drafter()
    return CommandModel(network, tokenizer, str(model), think=think, drafter=drafter)


def _bundled_drafter() -> CommandModel | None:
    """Load the bundled model, whose answers a big one only has to check; None where none is bundled."""
    from napari_spinalsam.commands.language_model.command_model import CommandModel

    try:
        network, tokenizer = load_network(weights.bundled_path(weights.BUNDLED_COMMAND_MODEL), "cpu")
    except WeightsError:
        return None
    return CommandModel(network, tokenizer, "bundled")


def _bundled_folder() -> Path:
    try:
        return weights.bundled_path(weights.BUNDLED_COMMAND_MODEL)
    except WeightsError as error:
        raise WeightsError(
            "No command model is bundled with this version",
            "Name a language model or its folder, or let the rules answer alone",
        ) from error


def _registered_name(model: str) -> str | None:
    """Name under which a model is registered; "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B" finds it too."""
    short = model.removeprefix("deepseek-ai/").lower()
    return short if any(row.kind == "language" and row.name == short for row in weights.REGISTRY) else None


def require_extra() -> None:
    """Refuse to go on without transformers and llguidance; nothing is imported to find out."""
    missing = [name for name in ("transformers", "llguidance") if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"The language model needs {' and '.join(missing)}",
            'Run: python -m pip install "napari-spinalsam[language-model]"',
        )


def load_network(folder: Path, device: str | None = None) -> tuple[Any, Any]:
    """Load network (in evaluation mode) and tokenizer: local files, safetensors, no code of the model's own.

    Raises
    ------
    WeightsError
        If the folder holds no causal language model.
    """
    import torch

    mend_torchvision()
    import transformers
    from safetensors import SafetensorError

    missing = [name for name in ("config.json", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise WeightsError(
            f"{folder} holds no language model: {' and '.join(missing)} missing",
            "Give a folder with config.json, tokenizer.json and model.safetensors",
        )
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        # Not AutoTokenizer: for the Qwen2 architecture it replaces the splitting that tokenizer.json asks for.
        tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        network: Any = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=_dtype(folder, device), use_safetensors=True, local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise WeightsError(
            f"{folder} cannot be loaded: {reason}", "Download the model again, or choose another"
        ) from error
    rows = network.get_output_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise WeightsError(f"{folder} has {len(tokenizer)} tokens but {rows} outputs", "Choose a matching tokenizer")
    return network.to(device).eval(), tokenizer


def _dtype(folder: Path, device: str) -> Any:
    """bfloat16 on a GPU, and on a CPU for big models where it multiplies it natively; float32 otherwise."""
    import torch

    if not device.startswith("cpu"):
        return torch.bfloat16
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    wide = torch.backends.cpu.get_cpu_capability() == "AVX512"
    return torch.bfloat16 if size > _BIG_BYTES and wide else torch.float32
