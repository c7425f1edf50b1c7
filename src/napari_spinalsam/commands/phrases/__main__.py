"""Print phrases and what they mean, as JSON lines: ``python -m napari_spinalsam.commands.phrases test 1000``."""

from __future__ import annotations

import argparse
import json
import sys

from napari_spinalsam.commands.phrases.sampling import draw_fixed

_parser = argparse.ArgumentParser(description=__doc__)
_parser.add_argument("split", choices=("train", "validation", "test"))
_parser.add_argument("count", type=int, nargs="?", default=1000)
_options = _parser.parse_args()
for _phrase in draw_fixed(_options.split, _options.count):
    sys.stdout.write(json.dumps(_phrase.to_json(), ensure_ascii=False) + "\n")
