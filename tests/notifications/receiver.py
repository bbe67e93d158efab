"""A real HTTP server in the test's process, which keeps what it is posted."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """`status`, `headers`: of its answers. `drips`: it sends a byte now and then."""

    def __init__(self):
        self.calls = []
        self.status, self.headers, self.drips = 204, {}, False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, dict(self.headers), body))
                if receiver.drips:
                    self.drip()
                    return
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def drip(self):
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                try:
                    for _ in range(100):
                        self.wfile.write(b"X-A: b\r\n")
                        time.sleep(0.2)
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def receiver_running():
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
