"""Words of radiology reports, for phrases that are dictation and no commands."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", " ").split(","))


FINDINGS: Final = _words("""
compression fracture, burst fracture, wedge fracture, endplate fracture, haemangioma, hemangioma, sclerotic
lesion, lytic lesion, bone island, metastasis, osteophyte, anterior osteophyte, schmorl's node, disc bulge,
disc herniation, disc protrusion, spinal stenosis, foraminal stenosis, facet arthropathy, facet joint
effusion, spondylolisthesis, retrolisthesis, spondylolysis, pars defect, scoliosis, kyphosis, lordosis,
osteopenia, osteoporosis, osteoarthritis, degenerative change, degeneration, modic change, vacuum phenomenon,
ligament calcification, ossification, fusion, block vertebra, hemivertebra, butterfly vertebra, spina bifida,
syndesmophyte, erosion, cortical breach, soft tissue swelling, haematoma, abscess, discitis, spondylodiscitis,
tumour, mass, nodule, cyst, calcification, pleural effusion, pneumothorax, atelectasis, renal cyst, kidney
stone, gallstone, aneurysm, hernia, lymph node, pedicle screw, rod, cage, cement, loosening, pseudarthrosis,
height loss, vertebral collapse, retropulsion, cord compression, canal narrowing, marrow oedema, plasmacytoma,
myeloma, fat stranding, artefact, beam hardening, motion artefact, contrast enhancement, free fluid
""")
PLACES: Final = _words("""
vertebral body, upper endplate, lower endplate, superior endplate, inferior endplate, left pedicle, right
pedicle, lamina, spinous process, transverse process, facet joint, posterior wall, anterior wall, cortex,
spinal canal, neural foramen, disc space, intervertebral disc, sacrum, sacroiliac joint, iliac crest, psoas
muscle, paraspinal muscles, lumbar spine, thoracic spine, cervical spine, thoracolumbar junction, lumbosacral
junction, rib, sternum, aorta, left kidney, liver, spleen, lung base, mediastinum, trachea, pelvis, hip,
femoral head, dural sac, nerve root, posterior elements, trabecular bone, bone marrow, soft tissues, lungs,
bladder, spinal cord, ligaments
""")
ADJECTIVES: Final = _words("""
mild, moderate, severe, small, large, tiny, old, acute, chronic, subtle, focal, diffuse, multilevel, minor,
marked, significant, healed, new, stable, unchanged, progressive, extensive, slight, suspicious, benign,
malignant, asymmetric, bilateral, left sided, right sided, post traumatic, postoperative, age related,
incidental, early, advanced
""")
STATES: Final = _words("""
normal, unremarkable, intact, preserved, narrowed, widened, irregular, sclerotic, clear, symmetric, well
aligned, degenerated, thickened, calcified, displaced, unchanged, stable, fractured, fused, not visualised,
not seen, partially imaged, enlarged, atrophic, within normal limits, not affected, slightly reduced,
homogeneous, patent, compressed, collapsed, healed, suspicious
""")
PEOPLE: Final = _words("""
the patient, the surgeon, the nurse, my colleague, the radiologist, the doctor, the professor, the resident,
the technician, the student, my boss, my wife, the family, the orthopaedist, anna, doctor wang, mister miller,
the secretary, the ward, everyone, he, she
""")
THINGS: Final = _words("""
the door, the lamp, the light, the phone, the printer, the coffee machine, the report, the paper, the meeting,
the chair, the book, the car, the bill, the letter, the music, the video, the radio, the blinds, the monitor,
the keyboard, the password, the software, the database, the website, the folder on the desktop, the recycle
bin, the calendar, the appointment, the schedule, the medication, the dressing, the bed, the operating table,
the x-ray machine, the ultrasound, the blood test, the biopsy, the prescription, the invoice, the presentation
""")
CHINESE_FINDINGS: Final = _words("""
压缩性骨折, 骨折, 血管瘤, 骨质增生, 椎间盘突出, 椎间盘膨出, 椎管狭窄, 滑脱, 侧弯, 骨质疏松, 转移瘤, 骨质破坏,
肿块, 囊肿, 钙化, 积液, 水肿, 退变, 骨赘, 许莫氏结节, 终板炎, 结节,
血肿, 感染, 内固定
""")
