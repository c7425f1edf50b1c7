"""English names of what commands are about, and of where and how many.

Data only, in the form that :mod:`napari_spinalsam.commands.lexicon` reads: meaning class -> words and phrases.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "POINT": """
        point, points, pt, pts, dot, dots, seed, seeds, seed point, seed points, click, clicks, marker, markers,
        landmark, landmarks, prompt point, prompt points, point prompt, point prompts, coordinate point, coordinate
        points, click point, click points, control point, control points, annotation point, annotation points, sample
        point, sample points, prompting point, prompting points, point marker, point markers, marker point, marker
        points, keypoint, keypoints, key point, key points, clicked points, placed points, coordinate, point coordinate,
        pnt, pnts
    """,
    "BOX": """
        box, boxes, bounding box, bounding boxes, bbox, bboxes, rectangle, rectangles, rect, roi, rois, box prompt, box
        prompts, prompt box, prompt boxes, region of interest, regions of interest, bounding rectangle, bounding
        rectangles, boundingbox, boundingboxes, coordinate box, coordinate boxes, rectangular prompt, rectangular box,
        square box, bounding area, rectangular region, rectangular area, rectangular selection
    """,
    "PROMPT": "prompt, prompts, annotations, annotation, inputs",
    "MASK": """
        mask, masks, mask preview, preview mask, preview, previews, predicted mask, candidate mask, segmentation mask,
        proposed mask, mask overlay, mask layer, preview layer, segmentation preview, mask proposal, prediction,
        contour, contours
    """,
    "SEGMENTATION": "segmentation, segmentations, result, results, outcome, output, seg",
    "LABEL": """
        label, current label, active label, label value, label number, label id, vertebra label, labeling, labelling,
        lbl, class, label class
    """,
    "LABELS": """
        labels, label layer, labels layer, label map, labelmap, label maps, label volume, label image, label overlay,
        labels overlay, committed labels, saved labels, accepted labels, accepted masks, kept masks, label masks,
        labelled vertebrae, labeled vertebrae, labeled volume, labelled volume, vertebra labels, vertebral labels,
        labels volume, label file, labels file
    """,
    "GRID": """
        grid, grids, grid lines, gridlines, lettered grid, grid overlay, overlay grid, letter grid, pointing grid,
        lettered overlay
    """,
    "CELL": """
        cell, cells, grid cell, grid cells, square, squares, grid square, tile, tiles, grid tile, grid box, grid field
    """,
    "IMAGE": """
        image, images, picture, pictures, scan, scans, ct, ct scan, ct scans, ct image, ct images, ct volume, dicom,
        nifti, nifti file, image file, image layer, pic, photo, image volume, ct data, ct slice, spine ct, ct file, ct
        series, image data, scan file
    """,
    "SLICE": """
        slice, slices, image, images, frame, frames, picture, pictures, slide, slides, cut, cuts, section, sections,
        img, imgs, ct slice, ct slices, layer, layers, pic, pics, page, pages, plane, planes, sl, slc, slice
        index, slice position, position, slice no, slice nr, image no, image number, slice number, frame number, slider
        position, slider, idx, slice idx
    """,
    "VOLUME": "volume, volumes",
    "AREA": """
        area, region, structure, object, structures, regions, what's, contents, content, everything, spine, selection,
        spot, part
    """,
    "LEVEL": "level, levels, lvl",
    "VERTEBRA": """
        vertebra, vertebrae, vertebras, vertebral body, vertebral bodies, vertebral level, spinal level, spine level,
        vertebral, bone segment, spinal segment, vertebral segment, segment level, vertabra, vertebre, vert, body, lvl
    """,
    "WINDOW": """
        window, windowing, hu window, windows, window setting, window settings, window preset, contrast, contrast
        window, ct window, display window, preset, viewing window, intensity window, hounsfield window, window level
        setting, setting, settings, win, wl
    """,
    "WLEVEL": """
        window level, window center, window centre, wl, wc, center, centre, window center level, level, hu level,
        windowlevel, levels, lvl
    """,
    "WWIDTH": "width, window width, ww, hu width, windowwidth, wdth",
    "VIEW": """
        view, views, plane, planes, axis, orientation, projection, perspective, direction, slices, slice, cut, cuts,
        section, sections, display, mode, viewing plane, view mode, image, images, angle, reformat, reconstruction, mpr
    """,
    "JOB": """
        job, jobs, task, tasks, process, processing, computation, computing, calculation, calculating, propagation,
        propagating, tracking, running job, current job, background job, operation, run, inference, training, embedding,
        running task, running process, what you're doing, what you are doing, everything that is running, everything
        running, the run, work, running
    """,
    "DEVICE": """
        gpu, gpus, cpu, cuda, device, devices, hardware, graphics card, video card, accelerator, graphics processor,
        compute device, processor, computing device, graphics processing unit, gpu device, graphics, nvidia, nvidia
        card, graphic card, video adapter
    """,
    "MEMORY": """
        memory, vram, ram, gpu memory, video memory, precision, free memory, memory usage, memory use, graphics memory,
        utilization, usage, mem, gpu mem, gpu usage
    """,
    "MODEL": """
        model, models, weights, weight, parameters, parameter, params, checkpoint, checkpoints, network, model weights,
        model parameters, loaded weights, loaded model, loaded checkpoint, network weights, network parameters, model
        checkpoint, neural network, sam weights, sam model, weight file, weights file, sam, loaded parameters, all
        parameters, every parameter
    """,
    "STATUS": "status, state, info, information, details, condition, report, stats, availability, version",
    "STEP": """
        step, steps, change, changes, action, actions, operation, operations, edit, edits, modification, modifications,
        command, commands, thing, things, move, moves
    """,
    "TRUTH": """
        ground truth, groundtruth, reference, references, reference labels, reference layer, reference segmentation,
        reference mask, reference standard, gt, gold standard, truth, expert labels, expert segmentation, manual
        segmentation, manual labels, reference layers, the reference label, expert mask, reference annotation
    """,
    "METRIC": """
        dice, dice score, dice scores, dice coefficient, iou, hausdorff, hausdorff distance, surface distance, mean
        surface distance, msd, hd95, hd 95, metrics, metric, scores, score, accuracy, overlap, jaccard, evaluation, dice
        and iou, quality metrics, evaluation metrics, segmentation accuracy, segmentation metrics, overlap score,
        overlap with
    """,
    "SIZE": """
        volume, size, dimensions, dimension, extent, extents, density, mean hu, mean hounsfield, hounsfield, hu,
        measurement, measurements, average hu, hu value, hu values, voxel count, number of voxels, voxels, statistics,
        stats, hounsfield units, hounsfield unit, volumes, mean density, bone density
    """,
    "CANDIDATE": """
        candidate, candidates, option, options, alternative, alternatives, proposal, proposals, choice, variant,
        version, suggestion, hypothesis
    """,
    "MIC": """
        microphone, mic, mike, voice, voice control, voice input, voice commands, voice command, voice recognition,
        speech, speech recognition, speech input, listening, audio, audio input, dictation mode, voice mode, speech
        control, listening mode, hands free mode, hands free
    """,
    "COMMENT": "comment, comments, note, remark",
    "CAMERA": "camera, zoom, view, magnification, display, zoom level, scale",
    "MORE": "more, another, additional, extra, further, one more, other",
    "NEW": "new",
    "HERE": """
        here, right here, over here, this spot, this position, this location, this place, under the cursor, at the
        cursor, under cursor, at cursor, cursor, where the cursor is, where my cursor is, where i'm pointing, where i am
        pointing, where im pointing, at the mouse, mouse position, under the mouse, where the mouse is, where my mouse
        is, cursor position, pointer, under the pointer, at the pointer, where i point, current position, my cursor,
        under my cursor, at my cursor, mouse cursor, under the mouse cursor, at the mouse cursor, at the mouse position,
        at the cursor position, mouse, at my mouse, mouse pointer, under the mouse pointer, at the current position, at
        the current cursor position, where i'm hovering, where i hover, where my pointer is, where the pointer is,
        cursor location, mouse location, this very spot, in this spot, at this spot, this pixel, at this pixel, there
    """,
    "POS": "positive, foreground, include, inclusion, fg, inside, inclusive, including, object, pos",
    "NEG": """
        negative, minus, background, exclude, exclusion, bg, exclusive, excluding, outside, neg, negativ, avoid,
        backround
    """,
    "ALL": """
        all, everything, all of it, every, all of them, all of the, all the, every single, all my, all our, each, it
        all, completely, entirely, them all, whole lot, both
    """,
    "AS_FILE": """
        to disk, to file, to a file, as nifti, as a nifti, as nifti file, as a nifti file, to nifti, to a nifti file, my
        work, work, progress, my progress, the work, disk, beside the image, next to the image, as a file, beside the
        scan, to the disk, my changes, changes, on disk, in nifti format, as nii, to nii, nifti format, our work, next
        to the scan, all my work, in a file, everything, under the name, under the filename, to a file named, to a file
        called, to the file, file, in the file, under, named, called, to file named, result, results, the result, the
        results, to, into, in, as
    """,
    "BOTHWAYS": """
        both, both directions, both ways, both sides, either direction, each direction, up and down, forward and
        backward, backward and forward, forwards and backwards, backwards and forwards, in all directions,
        bidirectionally, either side, each side, each way, back and forth, up and downwards, forward and back, down and
        up
    """,
    "NEIGHBOUR": """
        neighbouring, neighboring, adjacent, surrounding, nearby, other, neighbour, neighbours, neighbor, neighbors,
        rest, through, across, throughout, volume, stack, over, remaining, series, slice to slice, slice by slice, from
        here
    """,
    "X": "x, column, col, x coordinate, x position, columns",
    "Y": "y, row, y coordinate, y position, rows, line",
    "CORNER": """
        corner, corners, top left, bottom right, upper left, lower right, top left corner, bottom right corner, between,
        and, pixel, pixels, coordinate, coordinates, position, location, around, covering, starting, start, end, ending,
        opposite, enclosing, spanning, topleft, bottomright, spot, upper left corner, lower right corner, through,
        across, px, positions, begin, left top, right bottom, in coordinates, at coordinates, pixel coordinates, pixel
        position
    """,
    "FILE": "file, data, case, study, series, dataset, another case, new case, patient",
    "MODE": "mode, tool, prompt mode, drawing mode",
    "TIMES": "times, time, x, occasions",
}
