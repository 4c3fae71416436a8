"""Run the demo: a few small feeds on loopback, and the daemon that republishes them."""

import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> int:
    """Start both, say where to look, stop both when either ends or Ctrl-C is pressed."""
    processes = [
        subprocess.Popen([sys.executable, str(HERE / "serve_feeds.py")], cwd=ROOT),
        subprocess.Popen(
            [sys.executable, "-m", "syndicator", "run", "--config", str(HERE / "config")],
            cwd=ROOT,
        ),
    ]
    print("The demo will be at http://127.0.0.1:8080/ in a moment.  Ctrl-C ends it.", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return next(p.returncode for p in processes if p.poll() is not None) or 1
    except KeyboardInterrupt:
        return 0
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
