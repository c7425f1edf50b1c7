"""Model folders in the published layout, with tiny networks of random weights."""

from __future__ import annotations

from pathlib import Path

import torch

from napari_spinalsam.torchvision_mend import mend_torchvision

#: Special tokens of DeepSeek-R1's distillations and whether the tokenizer calls them special: the roles it does not.
R1_TOKENS = {
    "<｜end▁of▁sentence｜>": True,
    "<｜User｜>": False,
    "<｜Assistant｜>": False,
    "<｜begin▁of▁sentence｜>": True,
    "<|EOT|>": False,
    "<think>": False,
    "</think>": False,
}
#: System prompt, then the turns; the answer opens with a thought, as in the current published template.
R1_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'system' %}{{ m['content'] }}"
    "{% elif m['role'] == 'user' %}{{ '<｜User｜>' + m['content'] }}"
    "{% else %}{{ '<｜Assistant｜>' + m['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<｜Assistant｜><think>\\n' }}{% endif %}"
)


def byte_tokenizer(special: dict[str, bool]):
    """A byte-level BPE without merges: 256 tokens and the special ones."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: i for i, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens(
        [AddedToken(token, special=is_special, normalized=False) for token, is_special in special.items()]
    )
    return tokenizer


def write_r1_folder(folder: Path, seed: int = 0, template: str = R1_TEMPLATE) -> Path:
    """A Qwen2 of 2 layers with R1's special tokens: config, generation config, tokenizer files, model.safetensors."""
    mend_torchvision()
    from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_tokenizer(R1_TOKENS),
        bos_token="<｜begin▁of▁sentence｜>",  # noqa: S106
        eos_token="<｜end▁of▁sentence｜>",  # noqa: S106
        pad_token="<｜end▁of▁sentence｜>",  # noqa: S106
    )
    tokenizer.chat_template = template
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=len(tokenizer) + 9,  # published models have more rows than tokens
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=False,
        initializer_range=0.3,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    network = Qwen2ForCausalLM(config)
    network.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id, temperature=0.6, do_sample=True)
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder, save_jinja_files=False)
    return folder
