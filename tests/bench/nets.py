"""make bench: the speed jobs of the networks.

PyTorch's epochs take minutes, so it learns a share of one, sampling included,
and what that took is scaled; its start-up is not counted.  Ours is a whole run
of one epoch, reading and writing included.
"""
import re
from functools import partial

from measure import (BUILD, PEERS, interleave, measured, median, paired, pairs,
                     peak, peers, ratings, report, shell, sizes, skip)

NEUMF = "rs-fit neumf --preset ncf-32"
MFBLOCK = "rs-fit mfblock --preset published -d 512"


def epochs(job, fit, stream, theirs, goal):
    """CPU and wall seconds of an epoch beside PyTorch's; theirs: name -> a
    command and whether the goal is by it.  Our runs."""
    commands = {"ours": f"{fit} -v -e 1 -j 1 -o net.model < {stream}.rsi 2>&1",
                **{who: command for who, (command, _) in theirs.items()}}
    runs = interleave({who: partial(measured, c) for who, c in commands.items()})
    ours = runs["ours"]
    for what in ("cpu", "wall"):
        line = partial(report, job, f"{what} s an epoch", f"{median(ours, what):.2f}")
        if not theirs:
            line("PyTorch cannot be had", mib=peak(ours))
        for who, (_, counts) in theirs.items():
            line(f"PyTorch, {who} {median(runs[who], what):.1f}",
                 paired(ours, runs[who], what),
                 goal if counts and what == "cpu" else "", peak(ours),
                 peak(runs[who]))
    return ours


def memory(job, runs, stream, parameters, batch, row):
    """The peak of our runs by their own word, beside four times the parameters
    (their values, and what an optimizer keeps of each), a batch's values and
    slopes in all layers, and the stream at so many bytes a row."""
    whole = max(float(re.search(r"([\d.]+) MiB", r["out"])[1]) for r in runs)
    rows = int(shell(f"rs-cat --count {stream}.rsi")["out"])
    parts = [n / 2**20 for n in (4 * 4 * parameters, 2 * 4 * batch, row * rows)]
    report("memory of " + job, "peak MiB of a run", f"{whole:.1f}",
           "4 x parameters {:.1f} + a batch {:.1f} + the stream {:.1f}".format(*parts),
           whole / sum(parts), "<= 1", whole)


def neumf():
    """An epoch on NCF's MovieLens 1M beside PyTorch's."""
    path = pairs("ncf-ml-1m")
    users, items = map(int, sizes(path + ".rsi"))
    python = peers("numpy", "scipy", "torch")
    peer = lambda how, share, threads: (
        f"{python} {PEERS}/torch_neumf.py {path}.tsv {how} {share} {threads}"
        " 2> /dev/null")
    job = "NeuMF ncf-ml-1m, 32 factors, batch 256"
    runs = epochs(job, NEUMF, path, {} if python is None else {
        "as usual, one thread (.02 of it)": (peer("usual", .02, 1), True),
        "as usual, threads as it likes (.005)": (peer("usual", .005, 0), False),
        "lean, fused Adam, one thread (.03)": (peer("lean", .03, 1), False)},
        "<= .1")
    layers = [(256, 128), (128, 64), (64, 32), (64, 1)]
    memory(job, runs, path, (users + items) * (32 + 128)
           + sum((n + 1) * m for n, m in layers),
           256 * (2 * (32 + 128) + 256 + 2 * (128 + 64 + 32) + 32 + 64 + 1), 8)


def mfblock():
    """An epoch of the matrix factorization block beside PyTorch's: on a million
    ratings of few people, and of as many as a shop's reviews have."""
    python = peers("numpy", "torch")
    for name, share in (("ml-1m", .05), ("reviews", .02)):
        job = f"mfblock {name}, 512 dimensions"
        try:
            path = ratings(name)
        except RuntimeError as e:
            skip(job, str(e))
            continue
        users, items = map(int, sizes(path + ".rsi"))
        peer = (f"{python} {PEERS}/torch_mfblock.py {path}.tsv - 512 {share} 1"
                " 2> /dev/null")
        runs = epochs(job, MFBLOCK, path, {} if python is None else {
            f"one thread ({share} of it)": (peer, True)}, "<= .2")
        memory(job, runs, path, (users + items) * 512 + 2 * 513 * 512,
               1024 * (2 * 4 * 512 + 512 + 1), 12)


def neumf_score():
    """Pairs a second of a CPU: asked from within, through rs-score from a stream,
    and the best ten of all items for everybody."""
    path = pairs("ncf-ml-1m")
    python = peers("numpy", "scipy", "torch")
    shell(f"rs-split -q --per-user .97 --test /dev/null < {path}.rsi |"
          f" {NEUMF} -q -e 1 -D {path} -o neumf-score.model")
    users, items = map(int, sizes(path + ".rsi"))
    rows = int(shell(f"rs-cat --count {path}.rsi")["out"])
    tool = lambda n, command: lambda: (
        lambda run: {**run, "rate": n / run["cpu"]})(measured(command))
    inside = lambda order: partial(
        measured, f"{BUILD}/bench/score neumf-score.model {rows} {order} 1")
    contenders = {
        "from within, pairs in any order": inside("any"),
        "from within, user by user": inside("sorted"),
        "rs-score, stream to stream": tool(rows, "rs-score -q -j 1 -m"
            f" neumf-score.model -f stream < {path}.rsi > /dev/null"),
        "rs-score, stream to CSV": tool(rows, "rs-score -q -j 1 -m"
            f" neumf-score.model -D {path} -f csv < {path}.rsi > /dev/null"),
        "rs-topk, best 10 for all": tool(users * items, "rs-topk -q -j 1 -m"
            f" neumf-score.model -D {path} --all -k 10 > /dev/null")}
    if python is not None:
        contenders["PyTorch"] = partial(
            measured, f"{python} {PEERS}/torch_neumf.py {path}.tsv score 300000 1"
            " 2> /dev/null")
    runs = interleave(contenders)
    theirs = runs.pop("PyTorch", None)
    for who, ours in runs.items():
        report("NeuMF scoring, 32 factors", f"{who}: M pairs/s a core",
               f"{median(ours, 'rate') / 1e6:.2f}",
               f"PyTorch {median(theirs, 'rate') / 1e6:.2f}" if theirs else "",
               paired(ours, theirs, "rate") if theirs else None, ">= 1",
               peak(ours), peak(theirs) if theirs else None)
