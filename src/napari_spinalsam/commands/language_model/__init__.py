"""The language model behind the rules: any Hugging Face causal LM, held to the operation catalogue by a grammar.

Import from :mod:`napari_spinalsam.commands.language_model.loading`; nothing heavy is imported before a model is loaded.
"""

from napari_spinalsam.commands.language_model.loading import load_command_model

__all__ = ["load_command_model"]
