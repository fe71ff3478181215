"""OKR files: reading, preview and import of YAML, all or nothing (docs/okr-file.md)."""

from storage.okr_files.compare import preview
from storage.okr_files.previews import Count, Effect, FieldChange, Note, Preview, PreviewRow
from storage.okr_files.reading import read_okr_file
from storage.okr_files.schema import OkrFile, Problem
from storage.okr_files.stored import Kind
from storage.okr_files.writing import apply

__all__ = [
    "Count",
    "Effect",
    "FieldChange",
    "Kind",
    "Note",
    "OkrFile",
    "Preview",
    "PreviewRow",
    "Problem",
    "apply",
    "preview",
    "read_okr_file",
]
