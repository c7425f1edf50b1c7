"""The mend works in a fresh process: whether torchvision is broken shows on its first import only."""

import subprocess
import sys

PROGRAM = """
from napari_spinalsam.torchvision_mend import mend_torchvision
first = mend_torchvision()
assert mend_torchvision() is first
import torch, torchvision, segment_anything
torch.ops.torchvision.nms, torch.ops.torchvision.qnms
print(",".join(first))
"""


def run(program: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_segment_anything_can_be_imported_after_the_mend():
    result = run(PROGRAM)
    assert result.returncode == 0, result.stderr
    assert set(result.stdout.strip().split(",")) <= {"nms", "qnms", ""}


def test_nothing_is_declared_where_torchvision_works_by_itself():
    works = run("import torchvision").returncode == 0
    declared = run(PROGRAM).stdout.strip()
    assert (declared == "") == works


def test_a_declared_operator_raises_instead_of_returning_nonsense():
    result = run(
        PROGRAM + "boxes = torch.tensor([[0.0, 0, 1, 1]])\n"
        "try: print('kept', torch.ops.torchvision.nms(boxes, torch.ones(1), 0.5).tolist())\n"
        "except NotImplementedError: print('raised')"
    )
    last = result.stdout.strip().splitlines()[-1]
    assert last in {"raised", "kept [0]"}, result.stderr
