"""The peers: packages of PyPI in a Python of their own, build/peers.

Setting up is idempotent: what is there is left alone, and what could not be had
once is not tried again before build/peers/NAME.failed, which says why, is gone.
"""
import os
import platform
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, "build", "peers")
PYTHON = os.path.join(VENV, "bin", "python")
PATIENCE = 900  # seconds for one package; some are compiled here

# By what they are imported as, where PyPI calls them otherwise.
NAMES = {"surprise": "scikit-surprise"}

# LIBMF is compiled here: by the switches that its authors build it with, and the
# wider of their two vector paths, which is the quicker one.  LightFM's setup.py
# only runs as a program, as it was when it was written.
FLAGS = {"libmf": "-O3 -march=native" +
         (" -DUSEAVX" if platform.machine() == "x86_64" else "")}
SWITCHES = {"libmf": ["--no-cache-dir"],  # no wheel of a build without them
            "lightfm": ["--no-use-pep517", "--no-build-isolation"]}
BEFORE = {"lightfm": ["setuptools", "wheel", "numpy", "scipy"]}

found = {}  # package -> its version, or None


def pip(*words, **env):
    """None, or the last thing it said."""
    try:
        done = subprocess.run(
            [PYTHON, "-m", "pip", "install", "-q", *words], text=True,
            capture_output=True, env={**os.environ, **env}, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"not installed after {PATIENCE} s"
    if done.returncode == 0:
        return None
    lines = [l.strip() for l in done.stderr.splitlines() if "rror" in l]
    return lines[-1] if lines else "pip failed"


def version(package):
    """As installed, or None; imported once to see that it works at all."""
    done = subprocess.run(
        [PYTHON, "-c", f"import {package}, importlib.metadata as m;"
         f" print(m.version({NAMES.get(package, package)!r}))"],
        text=True, capture_output=True)
    return done.stdout.split()[-1] if done.returncode == 0 else None


def failure(package):
    return os.path.join(VENV, package + ".failed")


def install(package):
    for other in BEFORE.get(package, []):
        pip(other)
    flags = FLAGS.get(package)
    env = {"CFLAGS": flags, "CXXFLAGS": flags} if flags else {}
    why = pip(*SWITCHES.get(package, []), NAMES.get(package, package), **env)
    if version(package) is None:
        with open(failure(package), "w") as f:
            f.write((why or "installed, but cannot be imported") + "\n")


def have(package):
    """Its version, after an attempt to install it; None where it can't be had."""
    if package not in found:
        if not os.path.exists(PYTHON):
            subprocess.run([sys.executable, "-m", "venv", VENV],
                           capture_output=True)
        found[package] = None
        if os.path.exists(PYTHON):
            found[package] = version(package)
            if found[package] is None and not os.path.exists(failure(package)):
                install(package)
                found[package] = version(package)
    return found[package]


def peers(*packages):
    """A Python that has them all, or None."""
    return PYTHON if all([have(p) for p in packages]) else None


def why_not(*packages):
    """Which of them are missing, and why."""
    words = []
    for package in packages:
        if have(package) is None:
            why = "no Python environment can be made"
            if os.path.exists(failure(package)):
                with open(failure(package)) as f:
                    why = f.read().strip()
            words.append(f"{package} cannot be had ({why})")
    return "; ".join(words)
