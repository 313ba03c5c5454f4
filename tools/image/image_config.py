"""What the image must say about itself and what must not be in it. Each check gives a list of sentences, empty when all is
well."""
import os
import re
import subprocess
from pathlib import Path

kLabels = ("title", "version", "description", "licenses")
kTools = ("gcc", "g++", "cc", "c++", "cmake", "ninja", "make", "git", "python3", "ccache", "mvn", "java", "pip3")
kEmpty = ("var/lib/apt/lists", "var/cache/apt", "tmp", "root", "run", "mnt", "media")
kExpected = (".bashrc", ".profile", "lock", "mount")  # that Debian has there
kConfig = "/etc/copydesk/copydesk.yaml"


def config_faults(config, version):
    """`config` as in the image's own, `version` of the project."""
    faults = []
    user = config.get("User") or ""
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user):
        faults.append(f"the user is {user!r}, not two numbers other than 0")
    if not config.get("Healthcheck", {}).get("Test"):
        faults.append("there is no HEALTHCHECK: was it built with --format docker?")
    labels = config.get("Labels") or {}
    faults += [f"the label org.opencontainers.image.{name} is absent" for name in kLabels
               if not labels.get(f"org.opencontainers.image.{name}")]
    told = labels.get("org.opencontainers.image.version", version)
    if told != version:
        faults.append(f"the version is {told}, and {version} in CMakeLists.txt")
    if config.get("Entrypoint") != ["copydesk"]:
        faults.append(f"the entry point is {config.get('Entrypoint')}")
    for what, words in (("CMD", config.get("Cmd")), ("HEALTHCHECK", config.get("Healthcheck", {}).get("Test"))):
        if kConfig not in (words or []):
            faults.append(f"{what} does not name {kConfig}")
    if "/var/lib/copydesk" not in (config.get("Volumes") or {}):
        faults.append("/var/lib/copydesk is no volume")
    if config.get("StopSignal") not in ("SIGTERM", "15"):
        faults.append(f"the signal to stop is {config.get('StopSignal')}")
    return faults


def root_faults(root, user=10001):
    """`root` is the image's unpacked root."""
    root = Path(root)
    faults = []
    folders = [root / place for place in ("usr/bin", "usr/local/bin", "usr/sbin")]
    faults += [f"{tool} is in the image" for tool in kTools if any(os.path.lexists(f / tool) for f in folders)]
    faults += [f"{place} is in the image" for place in ("src", "opt/copydesk", "usr/include/c++")
               if (root / place).exists() and (not (root / place).is_dir() or any((root / place).iterdir()))]
    faults += [f"{found.relative_to(root)} is left in the image" for place in kEmpty for found in (root / place).rglob("*")
               if found.name not in kExpected]
    packages = re.findall(r"^Package: (.*)", (root / "var/lib/dpkg/status").read_text(encoding="utf-8"), re.M)
    faults += [f"the package {name} is in the image" for name in packages if name.endswith("-dev")]
    ours = [root / "usr/local/bin/copydesk", *sorted((root / "usr/local/lib/copydesk/plugins").glob("*.so"))]
    if len(ours) < 2:
        faults.append("there are no plugins")
    faults += [f"{path.name} is not stripped" for path in ours if not is_stripped(path)]
    data = (root / "var/lib/copydesk").stat()
    if data.st_uid != user:
        faults.append(f"/var/lib/copydesk belongs to {data.st_uid}")
    return faults


def is_stripped(path):
    sections = subprocess.run(["readelf", "-S", "-W", path], capture_output=True, text=True, check=True).stdout
    return ".symtab" not in sections and ".debug_" not in sections


def size_of(root):
    """Bytes of all files, each once."""
    seen, total = set(), 0
    for folder, _, names in os.walk(root):
        for name in names:
            found = os.lstat(os.path.join(folder, name))
            if found.st_ino not in seen:
                seen.add(found.st_ino)
                total += found.st_size
    return total
