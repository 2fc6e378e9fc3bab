"""What the jobs of make bench stand on: commands and what they took, ours and a
reference in turn, lines of the table, packages of PyPI, and data sets."""
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.path.join(ROOT, "tests", "bench", "peers")
BUILD = os.path.join(ROOT, "build")
WORK = os.path.join(BUILD, "bench")
BIN = os.path.join(BUILD, "bin")
DATA = os.environ.get("RS_DATA", "")
ROUNDS = int(os.environ.get("ROUNDS", "3"))
RESULTS = os.path.join(WORK, "results.jsonl")


def shell(command):
    """Run one command line; its CPU, wall seconds, peak MiB and output."""
    read, write = os.pipe()
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.close(read)
        os.environ["PATH"] = BIN + ":" + os.environ["PATH"]
        os.chdir(WORK)
        os.execvp("bash", ["bash", "-eo", "pipefail", "-c", command])
    os.close(write)
    with os.fdopen(read, "rb") as out:
        text = out.read().decode(errors="replace")
    _, status, use = os.wait4(pid, 0)
    wall = time.monotonic() - begin
    if status != 0:
        raise RuntimeError("failed: " + command)
    return {"cpu": use.ru_utime + use.ru_stime, "wall": wall,
            "mib": use.ru_maxrss / 1024, "out": text}


def figures(text):
    """Lines "name value" as a dictionary."""
    return {m[1]: float(m[2]) for m in
            re.finditer(r"^(\S+) ([-+.\deE]+)$", text, re.M)}


def median(runs, what):
    return statistics.median(r[what] for r in runs)


def peak(runs):
    return max(r.get("peak", r["mib"]) for r in runs)


def paired(a, b, what):
    """The median of the ratios of runs that stood side by side."""
    return statistics.median(x[what] / y[what] for x, y in zip(a, b))


def interleave(contenders, rounds=ROUNDS):
    """Name -> function, each called in turn, A B C A B C: name -> its runs."""
    runs = {who: [] for who in contenders}
    for who in list(contenders) * rounds:
        runs[who].append(contenders[who]())
    return runs


def measured(command):
    """A run with the figures it prints of itself."""
    run = shell(command)
    return {**run, **figures(run["out"])}


def epoch(command, short, long):
    """CPU and wall seconds of an epoch alone, start-up and end left out: the
    difference of a long and a short run of a command with -e %d."""
    a, b = shell(command.replace("%d", str(short))), shell(command.replace("%d", str(long)))
    return {"mib": b["mib"], **{what: (b[what] - a[what]) / (long - short)
                                for what in ("cpu", "wall")}}


def compare(ours, peer, what="cpu", rounds=ROUNDS):
    """Ours and a peer in turn; what: a key of shell(), or a figure that both
    print.  Medians and the paired ratios' median."""
    runs = interleave({"a": lambda: measured(ours), "b": lambda: measured(peer)},
                      rounds)
    a, b = runs["a"], runs["b"]
    return {"ours": median(a, what), "peer": median(b, what),
            "ratio": paired(a, b, what), "mib": peak(a), "peer_mib": peak(b)}


def record(row):
    with open(RESULTS, "a") as f:
        f.write(json.dumps(row) + "\n")


def report(job, figure, ours, reference="", ratio=None, goal="", mib=None,
           peer_mib=None):
    row = {"job": job, "figure": figure, "ours": ours, "reference": reference,
           "ratio": ratio, "goal": goal, "mib": mib, "peer_mib": peer_mib}
    record(row)
    number = lambda x: "" if x is None else f"{x:.3g}" if x < 100 else f"{x:.0f}"
    print(f"| {job} | {figure} | {ours} | {reference} | {number(ratio)} | "
          f"{goal} | {number(mib)} | {number(peer_mib)} |", flush=True)


def skip(job, why):
    record({"job": job, "skipped": why})
    print(f"| {job} | skipped: {why} | | | | | | |", flush=True)


# Compiled here: by the compiler switches that its authors build it with, and
# the wider of their two vector paths, which is the quicker one.
FLAGS = {"libmf": "-O3 -march=native" +
         (" -DUSEAVX" if platform.machine() == "x86_64" else "")}


def install(python, package):
    env, extra = dict(os.environ), []
    if package in FLAGS:
        env["CFLAGS"] = env["CXXFLAGS"] = FLAGS[package]
        extra = ["--no-cache-dir"]  # a wheel kept from a build without them
    subprocess.run([python, "-m", "pip", "install", "-q", *extra, package],
                   env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def peers(*packages):
    """A Python with the packages from PyPI, or None."""
    python = os.path.join(BUILD, "peers", "bin", "python")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    have = lambda p: subprocess.run([python, "-c", "import " + p],
                                    **quiet).returncode == 0
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", os.path.join(BUILD, "peers")],
                       **quiet)
    if not os.path.exists(python):
        return None
    for package in packages:
        if not have(package):
            install(python, package)
    return python if all(have(p) for p in packages) else None


def big_log():
    """20 million rows of user, item, value and time, as TSV.gz."""
    path = os.path.join(WORK, "ratings-20m.tsv.gz")
    if not os.path.exists(path):
        shell("rs-synth ratings --users 138k --items 27k --rows 20M"
              f" | gzip -6 > {path}.tmp && mv {path}.tmp {path}")
    return path


def data(name):
    """A folder of RS_DATA, or the end of the job."""
    path = os.path.join(DATA, name)
    if not DATA or not os.path.isdir(path):
        raise RuntimeError(f"RS_DATA has no {name}")
    return path


def metric(text, name):
    """The value of a line of rs-eval."""
    return float(re.search(rf"^{re.escape(name)}\t(\S+)", text, re.M)[1])


def sizes(stream):
    return [re.search(rf"^size\t{side}\t(\d+)", shell(
        f"rs-cat --info {stream}")["out"], re.M)[1] for side in ("user", "item")]


def indexed(path, source, columns):
    """What source makes a stream of, once: path.rsi (indexed) and path.tsv (its
    first columns, as indices)."""
    if not os.path.exists(os.path.join(WORK, path + ".tsv")):
        shell(f"{source} | rs-index -q -D {path} > {path}.rsi; rs-cat -q {path}.rsi"
              f" | cut -f 1-{columns} > {path}.tmp && mv {path}.tmp {path}.tsv")
    return path


def pairs(name):
    """The path of a set of pairs, without .rsi (a stream) and .tsv (indices)."""
    if name == "20 M rows":
        source = f"rs-clean -q {big_log()}"
    elif name == "gowalla":
        source = f"rs-clean -q --ragged {data(name)}/train.txt.gz"
    else:
        source = "rs-clean -q -c user=1,item=2 --no-header " + (
            f"{data(name)}/ml-1m.train.rating.gz" if name == "ncf-ml-1m" else
            f"{data(name)}/ratings-no-timestamps.tsv.gz")
    return indexed("pairs-" + name.replace(" ", "-"), source, 2)


def ratings(name):
    """Likewise with a rating a pair.  "reviews" has the shape of a shop's: most
    customers wrote few."""
    if name == "reviews":
        source = ("rs-synth ratings --users 140k --items 38k --rows 1M |"
                  " rs-clean -q")
    else:
        source = ("rs-clean -q -c user=1,item=2,value=3 --no-header"
                  f" {data(name)}/ratings-no-timestamps.tsv.gz")
    return indexed("ratings-" + name, source, 3)
