"""A certificate authority and a server certificate for loopback, made anew by openssl: nothing of it is kept."""
import subprocess
from pathlib import Path

kDays = "30"
kKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]


def _openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True,
                   timeout=60)


def make_certificates(folder):
    """Writes ca.pem (what clients trust) and server.pem (key and certificate, as Kafka's PEM key store wants them).
    Another folder's ca.pem is a stranger to this folder's server.pem."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _openssl(folder, "req", "-x509", *kKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", kDays,
             "-subj", "/CN=copydesk test authority")
    _openssl(folder, "req", *kKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names.cnf").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="ascii")
    _openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
             "-days", kDays, "-extfile", "names.cnf", "-out", "server.crt")
    parts = [(folder / name).read_text(encoding="ascii") for name in ("server.key", "server.crt")]
    (folder / "server.pem").write_text("".join(parts), encoding="ascii")
