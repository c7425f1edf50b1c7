"""The session: plain state and ``execute(operation)``, without Qt or napari; torch is imported only to segment."""
