"""``python -m napari_spinalsam.cli``: what launchers of several processes need."""

from napari_spinalsam.cli import main

main()
