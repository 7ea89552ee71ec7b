"""Drags a file onto a window and drops it there, as a file manager does: the source's part of the XDND protocol.

A process of its own, because it has an event loop of its own: drop.py WINDOW FILE [SECONDS]. The file is held over the
window for so long, and then dropped. Ends well once the window has taken the file.
"""

import sys
import time
from pathlib import Path

from Xlib import X, Xatom, display
from Xlib.protocol import event

VERSION = 5
LIMIT = 20.0


class Source:
    """A window of ours that offers one file."""

    def __init__(self, target, path):
        self.display = display.Display()
        self.atom = self.display.intern_atom
        self.target = self.display.create_resource_object("window", target)
        self.window = self.display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self.data = f"{path.resolve().as_uri()}\r\n".encode()
        self.window.set_selection_owner(self.atom("XdndSelection"), X.CurrentTime)

    def tell(self, name, *data):
        """Tells the window something; who tells always comes first."""
        data = [self.window.id, *data]
        message = event.ClientMessage(window=self.target, client_type=self.atom(name),
                                      data=(32, data + [0] * (5 - len(data))))
        self.target.send_event(message)
        self.display.flush()

    def answer(self, request):
        """Gives the window the address of the file, when it asks for it."""
        if request.target == self.atom("text/uri-list"):
            request.requestor.change_property(request.property, request.target, 8, self.data)
            given = request.property
        else:
            given = X.NONE
        request.requestor.send_event(event.SelectionNotify(time=request.time, requestor=request.requestor,
                                                           selection=request.selection, target=request.target,
                                                           property=given))
        self.display.flush()

    def wait_for(self, name):
        """Waits until the window has told something, and answers its questions meanwhile."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if not self.display.pending_events():
                time.sleep(0.02)
                continue
            came = self.display.next_event()
            if came.type == X.SelectionRequest:
                self.answer(came)
            elif came.type == X.ClientMessage and came.client_type == self.atom(name):
                return came.data[1]
        raise SystemExit(f"the window has not told {name}")

    def drag(self, seconds):
        if self.target.get_full_property(self.atom("XdndAware"), Xatom.ATOM) is None:
            raise SystemExit("the window takes nothing that is dropped on it")
        self.tell("XdndEnter", VERSION << 24, self.atom("text/uri-list"))
        size = self.target.get_geometry()
        corner = self.target.translate_coords(self.display.screen().root, 0, 0)
        # The pointer's place on the screen, in one number.
        middle = (size.width // 2 - corner.x << 16) | (size.height // 2 - corner.y)
        self.tell("XdndPosition", 0, middle, X.CurrentTime, self.atom("XdndActionCopy"))
        if not self.wait_for("XdndStatus")[1] & 1:
            raise SystemExit("the window does not want the file")
        time.sleep(seconds)
        self.tell("XdndDrop", 0, X.CurrentTime)
        self.wait_for("XdndFinished")


def main():
    window, path, *seconds = sys.argv[1:]
    Source(int(window), Path(path)).drag(float(seconds[0]) if seconds else 0.3)


if __name__ == "__main__":
    main()
