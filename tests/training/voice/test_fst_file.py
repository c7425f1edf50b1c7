import math
import struct

from napari_spinalsam.training.voice.fst_file import Arc, Fst, to_bytes


def _two_states() -> Fst:
    fst = Fst()
    start, end = fst.add_state(), fst.add_state(final=0.5)
    fst.add_arc(start, Arc(7, 3, 1.25, end))
    fst.add_arc(start, Arc(2, 9, 0.0, end))
    return fst


def test_header_is_openfsts_vector_of_standard_arcs():
    content = to_bytes(_two_states())
    magic, length = struct.unpack_from("<ii", content)
    assert magic == 2125659606
    assert content[8 : 8 + length] == b"vector"
    (length,) = struct.unpack_from("<i", content, 14)
    assert content[18 : 18 + length] == b"standard"
    assert struct.unpack_from("<iiQqqq", content, 26) == (2, 0, 3, 0, 2, 2)


def test_states_follow_the_header_with_their_arcs():
    body = to_bytes(_two_states())[26 + struct.calcsize("<iiQqqq") :]
    assert struct.unpack_from("<fq", body) == (math.inf, 2)
    assert struct.unpack_from("<iifi", body, 12) == (7, 3, 1.25, 1)
    assert struct.unpack_from("<iifi", body, 28) == (2, 9, 0.0, 1)
    assert struct.unpack_from("<fq", body, 44) == (0.5, 0)
    assert len(body) == 56


def test_sorting_by_either_label():
    fst = _two_states()
    fst.sort("input")
    assert [arc.input for arc in fst.arcs[0]] == [2, 7]
    fst.sort("output")
    assert [arc.output for arc in fst.arcs[0]] == [3, 9]
