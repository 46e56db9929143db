"""Note types as data: each a folder with ``notetype.yaml``, its templates and its style."""
