"""A real redis-server for the end-to-end tests, on a Unix socket in the test's folder.

    class Example(RedisCase):
        def test_something(self):
            redis = self.redis()                 # or self.redis(keeps=True): what it has acknowledged outlives a kill
            redis.ask("DBSIZE")
            redis.kill()
            redis.start()
"""
import os
import shutil
import socket
import subprocess

from harness import PATIENCE, Case, wait_for


class RedisServer:
    def __init__(self, folder, keeps=False, password=""):
        self.folder, self.process = folder, None
        os.makedirs(folder, exist_ok=True)
        self.socket = os.path.join(folder, "redis.sock")
        self.url = "unix://" + self.socket
        self.password = password
        self.options = ["--appendonly", "yes", "--appendfsync", "always"] if keeps else ["--save", ""]
        if password:
            self.options += ["--requirepass", password]

    def start(self):
        if shutil.which("redis-server") is None:
            raise AssertionError("redis-server is missing: tools/dev setup installs it")
        command = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.folder,
                   "--logfile", os.path.join(self.folder, "log"), *self.options]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_for(self.answers, "redis-server answers")
        return self

    def answers(self):
        try:
            return self.ask("PING") == "PONG"
        except (OSError, AssertionError):
            return False

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None

    def ask(self, *words):
        """The answer to one command, where it is a word or a number."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(PATIENCE)
            s.connect(self.socket)
            for command in ([("AUTH", self.password)] if self.password else []) + [words]:
                s.sendall(f"*{len(command)}\r\n".encode() + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in map(str.encode, command)))
                answer = b""
                while not answer.endswith(b"\r\n"):
                    part = s.recv(65536)
                    if not part:
                        raise AssertionError(f"redis-server hung up at {command[0]}")
                    answer += part
        if answer.startswith(b"-"):
            raise AssertionError(answer.decode())
        return answer[1:].decode().strip()


class RedisCase(Case):
    def redis(self, **more):
        server = RedisServer(os.path.join(self.folder, "redis"), **more).start()
        self.addCleanup(server.kill)
        return server
