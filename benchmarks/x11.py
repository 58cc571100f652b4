"""The little of X11 that tells whether a window is shown; one look costs a tenth of a millisecond."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

from benchmarks.workshop import CannotRunError

VIEWABLE = 2
ANY_TYPE = 0
MOST_WINDOWS = 64
Z_PIXMAP = 2
ALL_PLANES = c_ulong(-1).value
INSIDE = 12  # pixels from the corner


class _Attributes(ctypes.Structure):
    """XWindowAttributes."""

    _fields_ = (
        *((name, c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
        ("visual", c_void_p),
        ("root", c_ulong),
        *((name, c_int) for name in ("class_", "bit_gravity", "win_gravity", "backing_store")),
        *((name, c_ulong) for name in ("backing_planes", "backing_pixel")),
        ("save_under", c_int),
        ("colormap", c_ulong),
        *((name, c_int) for name in ("map_installed", "map_state")),
        *((name, c_long) for name in ("all_event_masks", "your_event_mask", "do_not_propagate_mask")),
        ("override_redirect", c_int),
        ("screen", c_void_p),
    )


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError as error:
        raise CannotRunError("libX11 is not installed") from error
    library.XOpenDisplay.restype = c_void_p
    library.XOpenDisplay.argtypes = [c_char_p]
    library.XDefaultRootWindow.restype = c_ulong
    library.XDefaultRootWindow.argtypes = [c_void_p]
    library.XInternAtom.restype = c_ulong
    library.XInternAtom.argtypes = [c_void_p, c_char_p, c_int]
    library.XGetWindowProperty.argtypes = [
        *(c_void_p, c_ulong, c_ulong, c_long, c_long, c_int, c_ulong),
        *(POINTER(c_ulong), POINTER(c_int), POINTER(c_ulong), POINTER(c_ulong), POINTER(POINTER(c_ulong))),
    ]
    library.XGetWindowAttributes.argtypes = [c_void_p, c_ulong, POINTER(_Attributes)]
    library.XGetImage.restype = c_void_p
    library.XGetImage.argtypes = [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int]
    library.XGetPixel.restype = c_ulong
    library.XGetPixel.argtypes = [c_void_p, c_int, c_int]
    library.XDestroyImage.argtypes = [c_void_p]
    library.XFree.argtypes = [c_void_p]
    return library


class Display:
    """One connection to an X server."""

    def __init__(self, name: str) -> None:
        self._x = _library()
        # A window that goes between two calls is no reason to end this process.
        self._handler = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._handler)
        self._display = self._x.XOpenDisplay(name.encode())
        if not self._display:
            raise CannotRunError(f"no X server at {name}")
        self._root = self._x.XDefaultRootWindow(self._display)
        self._clients = self._x.XInternAtom(self._display, b"_NET_CLIENT_LIST", 0)

    def viewable_client(self, width: int) -> int | None:
        """The first window at least so wide that the window manager manages and that is mapped, as is its frame."""
        attributes = _Attributes()
        for window in self._managed():
            known = self._x.XGetWindowAttributes(self._display, window, byref(attributes))
            if known and attributes.map_state == VIEWABLE and attributes.width >= width:
                return window
        return None

    def pixel(self, window: int) -> int:
        """The colour near the corner of a window; 0 is black."""
        image = self._x.XGetImage(self._display, window, INSIDE, INSIDE, 1, 1, ALL_PLANES, Z_PIXMAP)
        if not image:
            return 0
        colour = int(self._x.XGetPixel(image, 0, 0)) & 0xFFFFFF
        self._x.XDestroyImage(image)
        return colour

    def _managed(self) -> list[int]:
        kind, shape, count, left = c_ulong(), c_int(), c_ulong(), c_ulong()
        data = POINTER(c_ulong)()
        self._x.XGetWindowProperty(
            *(self._display, self._root, self._clients, 0, MOST_WINDOWS, 0, ANY_TYPE),
            *(byref(kind), byref(shape), byref(count), byref(left), byref(data)),
        )
        windows = [int(data[number]) for number in range(count.value)]
        if data:
            self._x.XFree(ctypes.cast(data, c_void_p))
        return windows
