"""What the jobs of make bench stand on: commands and what they took, ours and a
reference in turn, and data sets.  The table is in table.py, packages of PyPI in
packages.py, limits of the machine in limits.py."""
import os
import re
import shutil
import subprocess
from functools import partial

# A job has all it needs from here.
from packages import ROOT, peers, why_not  # noqa: F401
from table import (WORK, line, median, paired, peak,  # noqa: F401
                   record, report, skip)

PEERS = os.path.join(ROOT, "tests", "bench", "peers")
BUILD = os.path.join(ROOT, "build")
BIN = os.path.join(BUILD, "bin")
DATA = os.environ.get("RS_DATA", "")
ROUNDS = int(os.environ.get("ROUNDS", "3"))


class Missing(RuntimeError):
    """Something without which a job cannot run."""


def shell(command):
    """Run one command line; its CPU, wall seconds, peak MiB and output."""
    read, write = os.pipe()
    process = subprocess.Popen(
        [os.path.join(BUILD, "bench", "took"), str(write), command], cwd=WORK,
        stdout=subprocess.PIPE, pass_fds=[write],
        env={**os.environ, "PATH": BIN + ":" + os.environ["PATH"]})
    os.close(write)
    text = process.communicate()[0].decode(errors="replace")
    with os.fdopen(read) as took:
        numbers = took.read().split()
    if process.returncode != 0 or len(numbers) != 3:
        raise RuntimeError("failed: " + command)
    return {**dict(zip(("cpu", "wall", "mib"), map(float, numbers))),
            "out": text}


def figures(text):
    """Lines "name value" as a dictionary."""
    return {m[1]: float(m[2]) for m in
            re.finditer(r"^(\S+) ([-+.\deE]+)$", text, re.M)}


def interleave(contenders, rounds=ROUNDS):
    """Name -> function, each called in turn, A B C A B C: name -> its runs."""
    runs = {who: [] for who in contenders}
    for who in list(contenders) * rounds:
        runs[who].append(contenders[who]())
    return runs


def measured(command):
    """A run with the figures it prints of itself.  Where it counts its own CPU,
    and says nothing of the wall, that of the whole process means nothing."""
    run = shell(command)
    own = figures(run["out"])
    if "cpu" in own and "wall" not in own:
        del run["wall"]
    return {**run, **own}


def beside(job, contenders, peer, command, *packages):
    """One more contender, or a word on why not."""
    python = peers(*packages)
    if python is None:
        skip(f"{job} beside {peer}", why_not(*packages))
    else:
        contenders[peer] = partial(measured, f"{python} {command} 2> /dev/null")


def epoch(command, short, long):
    """CPU and wall seconds of an epoch alone, start-up and end left out: the
    difference of a long and a short run of a command with -e %d."""
    a, b = (shell(command.replace("%d", str(n))) for n in (short, long))
    return {"mib": b["mib"], **{what: (b[what] - a[what]) / (long - short)
                                for what in ("cpu", "wall")}}


def log_of(name, how):
    """Invented ratings (user, item, value, time) as TSV.gz, made once."""
    path = os.path.join(WORK, f"ratings-{name}.tsv.gz")
    if not os.path.exists(path):
        gzip = "pigz" if shutil.which("pigz") else "gzip"
        shell(f"rs-synth ratings {how} | {gzip} -6 > {path}.tmp"
              f" && mv {path}.tmp {path}")
    return path


def big_log():
    """20 million rows."""
    return log_of("20m", "--users 138k --items 27k --rows 20M")


def data(name):
    """A folder of RS_DATA, or the end of the job."""
    path = os.path.join(DATA, name)
    if not DATA or not os.path.isdir(path):
        raise Missing(f"RS_DATA has no {name}")
    return path


def metric(text, name):
    """The value of a line of rs-eval."""
    return float(re.search(rf"^{re.escape(name)}\t(\S+)", text, re.M)[1])


def sizes(stream):
    return [re.search(rf"^size\t{side}\t(\d+)", shell(
        f"rs-cat --info {stream}")["out"], re.M)[1] for side in ("user", "item")]


def count(path):
    """Users, items and rows of an indexed stream."""
    users, items = map(int, sizes(path + ".rsi"))
    return users, items, int(shell(f"rs-cat --count {path}.rsi")["out"])


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


def there(job, *names, make=pairs):
    """Name and path of those of these sets that can be had, a word on the others."""
    for name in names:
        try:
            path = make(name)
        except Missing as e:
            skip(f"{job} {name}", str(e))
            continue
        yield name, path
