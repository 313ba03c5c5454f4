"""A certificate authority, a server certificate for loopback and one of a client, made anew by openssl: nothing of it is kept."""
import subprocess
from pathlib import Path

kDays = "30"
kKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]


def _openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True,
                   timeout=60)


def _sign(folder, name, subject, *more):
    """NAME.key, and NAME.crt by the folder's authority."""
    _openssl(folder, "req", *kKey, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}")
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
             "-days", kDays, *more, "-out", f"{name}.crt")


def make_certificates(folder):
    """Writes ca.pem (what clients trust), server.pem (key and certificate, as Kafka's PEM key store wants them), and
    client.crt and client.key, of CN=desk. Another folder's ca.pem is a stranger to this folder's server.pem."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _openssl(folder, "req", "-x509", *kKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", kDays,
             "-subj", "/CN=copydesk test authority")
    (folder / "names.cnf").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="ascii")
    _sign(folder, "server", "localhost", "-extfile", "names.cnf")
    _sign(folder, "client", "desk")
    parts = [(folder / name).read_text(encoding="ascii") for name in ("server.key", "server.crt")]
    (folder / "server.pem").write_text("".join(parts), encoding="ascii")
