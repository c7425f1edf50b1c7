"""Entry of ``python -m napari_spinalsam.training.voice``."""

from napari_spinalsam.training.voice.train import main

if __name__ == "__main__":
    main()
