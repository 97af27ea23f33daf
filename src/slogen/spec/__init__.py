"""The spec language: what a user may write in `slogen.yaml` and in the files under `specs/`, as closed models.

`load` reads a whole project folder; everything else here is the shape of the two kinds of file.
"""
