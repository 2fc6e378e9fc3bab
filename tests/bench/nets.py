"""make bench: the speed jobs of the networks.

PyTorch's epochs take minutes, so it learns a share of one, sampling included,
and what that took is scaled; its start-up is not counted.
"""
import re
from functools import partial

from measure import (BUILD, PEERS, epoch, interleave, measured,
                     median, paired, pairs, peak, peers, ratings, report,
                     shell, sizes, skip)

NEUMF = ("rs-fit neumf -q -d 32 -p mlp-factors=128 -p layers=128,64,32"
         " -p negatives=4 -p verify=yes -p batch=256 -p optimizer=adam"
         " -p learning-rate=.001")
MFBLOCK = "rs-fit mfblock -q --preset published"


def epochs(job, ours, theirs, goal):
    """CPU and wall seconds of an epoch, ours and several of PyTorch's; theirs:
    a name -> its command and whether the goal is by it."""
    runs = interleave({"ours": ours, **{who: partial(measured, command)
                                        for who, (command, _) in theirs.items()}})
    for who, (_, counts) in theirs.items():
        for what in ("cpu", "wall"):
            report(job, f"{what} s an epoch", f"{median(runs['ours'], what):.2f}",
                   f"PyTorch, {who} {median(runs[who], what):.1f}",
                   paired(runs["ours"], runs[who], what),
                   goal if counts and what == "cpu" else "",
                   peak(runs["ours"]), peak(runs[who]))


def memory(job, fit, stream, parameters, batch, row):
    """The peak of a whole run by its own word, beside four times the parameters
    (their values, and what an optimizer keeps of each), a batch's values and
    slopes in all layers, and the stream at so many bytes a row."""
    out = shell(f"{fit.replace(' -q', ' -v')} -e 1 -j 1 -o memory.model"
                f" < {stream}.rsi 2>&1; true")["out"]
    whole = float(re.search(r"([\d.]+) MiB", out)[1])
    rows = int(shell(f"rs-cat --count {stream}.rsi")["out"])
    parts = [n / 2**20 for n in (4 * 4 * parameters, 2 * 4 * batch, row * rows)]
    report("memory of " + job, "peak MiB of a run", f"{whole:.1f}",
           "4 x parameters {:.1f} + a batch {:.1f} + the stream {:.1f}".format(*parts),
           whole / sum(parts), "<= 1", whole)


def neumf():
    """An epoch on NCF's MovieLens 1M beside PyTorch's."""
    path = pairs("ncf-ml-1m")
    python = peers("numpy", "scipy", "torch")
    job = "NeuMF ncf-ml-1m, 32 factors, batch 256"
    if python is None:
        skip(job, "torch cannot be had")
    else:
        peer = lambda how, share, threads: (
            f"{python} {PEERS}/torch_neumf.py {path}.tsv {how} {share} {threads}"
            " 2> /dev/null")
        epochs(job, partial(epoch, f"{NEUMF} -e %d -j 1 -o neumf.model"
                            f" < {path}.rsi", 1, 2),
               {"usual (.02 of it)": (peer("usual", .02, 1), True),
                "usual, its own choice of threads (.02)":
                    (peer("usual", .02, 0), True),
                "lean, fused Adam (.03)": (peer("lean", .03, 1), False)},
               "<= .1")
    users, items = map(int, sizes(path + ".rsi"))
    layers = [(256, 128), (128, 64), (64, 32), (64, 1)]
    memory(job, NEUMF, path, (users + items) * (32 + 128)
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
        fit = MFBLOCK + " -d 512"
        if python is None:
            skip(job, "torch cannot be had")
        else:
            peer = lambda threads: (
                f"{python} {PEERS}/torch_mfblock.py {path}.tsv - 512 {share}"
                f" {threads} 2> /dev/null")
            epochs(job, partial(epoch, f"{fit} -e %d -j 1 -o mfblock.model"
                                f" < {path}.rsi", 1, 2),
                   {f"one thread ({share} of it)": (peer(1), True)}, "<= .2")
        users, items = map(int, sizes(path + ".rsi"))
        memory(job, fit, path, (users + items) * 512 + 2 * 513 * 512,
               1024 * (2 * 4 * 512 + 512 + 1), 12)


def neumf_score():
    """Pairs a second of a CPU: asked from within, through rs-score from a stream,
    and the best ten of all items for everybody."""
    path = pairs("ncf-ml-1m")
    python = peers("numpy", "scipy", "torch")
    shell(f"{NEUMF} -e 1 -o neumf-score.model < {path}.rsi")
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
