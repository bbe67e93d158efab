"""Which Chromium the tests use, and how it is started."""

from pathlib import Path

# Debian's: the engine without a window around it where it is there, for a page costs
# half as much in it. Elsewhere Playwright's own.
CHROMIUM = next(
    filter(
        Path.exists,
        map(Path, ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]),
    ),
    None,
)
# It runs in containers and as root, and must ask nobody outside for anything.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing leaves this machine, even if a page were unsafe.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
