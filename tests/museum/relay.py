"""A TCP relay on loopback that holds every byte back for a while, one pause for each direction."""
import socket
import threading
import time


class Relay:
    """Listens on a free port and passes on to `port`; `there` and `back` in seconds."""

    def __init__(self, port, there, back):
        self.port, self.there, self.back = port, there, back
        self.server = socket.create_server(('127.0.0.1', 0))
        self.address = '127.0.0.1:%d' % self.server.getsockname()[1]
        self.open, self.cut_off, self.pairs = True, False, []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.open:
            try:
                near, _ = self.server.accept()
            except OSError:
                continue
            if self.cut_off:
                near.close()
                continue
            try:
                far = socket.create_connection(('127.0.0.1', self.port), 5)
            except OSError:
                near.close()
                continue
            self.pairs += [near, far]
            for a, b, pause in ((near, far, self.there), (far, near, self.back)):
                a.settimeout(None)
                self.pump(a, b, pause)

    def pump(self, source, target, pause):
        """One thread reads and stamps, one writes when the time has come; an end travels like a byte."""
        queue, ready = [], threading.Condition()

        def read():
            while True:
                try:
                    data = source.recv(65536)
                except OSError:
                    data = b''
                with ready:
                    queue.append((time.monotonic() + pause, data))
                    ready.notify()
                if not data:
                    return

        def write():
            while True:
                with ready:
                    ready.wait_for(lambda: queue)
                    due, data = queue.pop(0)
                time.sleep(max(0, due - time.monotonic()))
                try:
                    if not data:
                        target.shutdown(socket.SHUT_WR)
                        return
                    target.sendall(data)
                except OSError:
                    source.close()
                    return
        for target_function in (read, write):
            threading.Thread(target=target_function, daemon=True).start()

    def cut(self):
        """Ends all connections; new ones end at once, until it is mended."""
        self.cut_off = True
        for end in self.pairs:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass                         # it has ended already
        self.pairs = []

    def mend(self):
        self.cut_off = False

    def stop(self):
        self.open = False
        self.server.close()
