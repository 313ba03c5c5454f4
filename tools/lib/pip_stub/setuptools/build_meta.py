"""Stands in for setuptools while pip downloads the source of selectolax.

`pip download` asks a source distribution's build backend for its name and version. The real backend would run
Cython over code we never use; this one answers and runs nothing that came over the network.
"""
import os
import sys

NAME, VERSION = "selectolax", "1.0.2"


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    folder = f"{NAME}-{VERSION}.dist-info"
    os.makedirs(os.path.join(directory, folder), exist_ok=True)
    with open(os.path.join(directory, folder, "METADATA"), "w", encoding="utf-8") as metadata:
        metadata.write(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n")
    return folder


# The project names its backend `setuptools.build_meta:__legacy__`.
__legacy__ = sys.modules[__name__]
