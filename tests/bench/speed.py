"""make bench: the speed jobs."""
import re
import shutil
import statistics
from functools import partial

from measure import (BUILD, PEERS, ROUNDS, big_log, compare, epoch, figures,
                     interleave, measured, median, paired, pairs, peak, peers,
                     report, shell, sizes, skip)


def ingest():
    """From TSV.gz to an indexed stream, beside unpacking it."""
    log = big_log()
    ours = (f"rs-clean -q {log} | rs-index -q -D dict-20m > /dev/null")
    peer = f"pigz -dc {log} > /dev/null"
    if shutil.which("pigz") is None:
        return skip("ingest", "no pigz here")
    for what, goal in (("cpu", "<= 2"), ("wall", "<= 1.15")):
        r = compare(ours, peer, what)
        report("ingest 20 M rows", f"{what} seconds", f"{r['ours']:.2f}",
               f"pigz -dc {r['peer']:.2f}", r["ratio"], goal, r["mib"],
               r["peer_mib"])


def stream():
    """Blocks encoded and decoded, and the bytes of a row."""
    runs = [figures(shell(f"{BUILD}/bench/stream")["out"])
            for _ in range(ROUNDS)]
    for name in ("encode", "decode"):
        rate = statistics.median(r[name] for r in runs) / 1e6
        report("stream", f"{name}, M pairs/s a core", f"{rate:.0f}",
               goal=">= 100")
    report("stream", "bytes a row, user-sorted",
           f"{runs[0]['bytes'] / runs[0]['rows']:.2f}", goal="<= 3.0")


def topk():
    """The fused product and selection beside the product alone, and whole
    runs of rs-topk beside implicit's recommend."""
    python = peers("numpy", "scipy", "implicit")
    if python is None:
        return skip("topk", "numpy and implicit cannot be had")
    for d in (64, 128):
        shape = f"29858 40981 {d}"
        r = compare(f"{BUILD}/bench/topk {shape} 10 27 1",
                    f"{python} {PEERS}/sgemm.py {shape}",
                    "gflops")
        report(f"top-10 of 29,858 x 40,981, {d} factors", "GFLOP/s",
               f"{r['ours']:.1f}", f"sgemm alone {r['peer']:.1f}", r["ratio"],
               ">= 1")
    gowalla = pairs("gowalla")
    for d in (64, 128):
        shell(f"rs-fit als -q -d {d} -e 3 -o gowalla-{d}.model -D {gowalla}"
              f" < {gowalla}.rsi")
        r = compare(f"rs-topk -q -m gowalla-{d}.model --all -k 10 > /dev/null",
                    f"{python} {PEERS}/implicit_topk.py"
                    f" gowalla-{d}.model {gowalla}.tsv 10 2> /dev/null")
        report(f"top-10 of all of gowalla, {d} factors", "CPU seconds",
               f"{r['ours']:.2f}", f"implicit's recommend {r['peer']:.2f}",
               r["ratio"], "<= .2", r["mib"], r["peer_mib"])


def als():
    """An iteration of ALS beside irspack's and implicit's, one thread each;
    then the time to the loss that irspack has after twelve."""
    python = peers("numpy", "scipy", "implicit", "irspack")
    if python is None:
        return skip("als", "implicit and irspack cannot be had")
    peer = f"{python} {PEERS}/als.py"
    ours = f"{BUILD}/bench/als %d %d %d 1 1 .02 0 .003 1 .1 < %s"
    for name in ("gowalla", "ml-1m", "20 M rows"):
        try:
            path = pairs(name) + ".tsv"
        except RuntimeError as e:
            skip(f"ALS {name}", str(e))
            continue
        rounds, epochs = (1, 2) if name == "20 M rows" else (ROUNDS, 3)
        for d in (64, 128):
            commands = {
                "ours": ours % (d, epochs, 3, path),
                "ours, 2 steps": ours % (d, epochs, 2, path),
                "irspack": f"{peer} irspack {path} {d} {epochs} 2> /dev/null",
                "implicit": f"{peer} implicit {path} {d} {epochs} 2> /dev/null"}
            runs = interleave({who: partial(measured, c)
                               for who, c in commands.items()}, rounds)
            cpu = {who: median(rs, "cpu") for who, rs in runs.items()}
            for us in ("ours", "ours, 2 steps"):
                for them, goal in (("irspack", "<= .333"), ("implicit", "<= .2")):
                    report(f"ALS {name}, {d} factors" + us[4:],
                           "CPU s an iteration", f"{cpu[us]:.3f}",
                           f"{them} {cpu[them]:.3f}", cpu[us] / cpu[them],
                           goal, peak(runs[us]), peak(runs[them]))
        if name == "20 M rows":
            continue
        lines = lambda text: [l.split()[1:] for l in text.splitlines()
                              if l.startswith("loss ")]
        theirs = shell(f"{peer} irspack {path} 64 12 loss 2> /dev/null")["out"]
        goal_loss = float(lines(theirs)[-1][1])
        reached = next((l for l in lines(shell(ours % (64, 24, 2, path))["out"])
                        if float(l[1]) <= goal_loss), None)
        if reached is None:
            skip(f"ALS {name}", "24 iterations do not reach irspack's loss")
            continue
        seconds = figures(theirs)["cpu"] * 12
        report(f"ALS {name}, 64 factors, 2 steps", "CPU s to irspack's loss",
               f"{float(reached[2]):.2f} ({reached[0]} iterations)",
               f"irspack {seconds:.2f} (12)", float(reached[2]) / seconds,
               "<= .333")


def bpr():
    """An epoch of BPR beside implicit's and LIBMF's, and two threads beside
    one where the data are large."""
    python = peers("numpy", "scipy", "implicit", "libmf")
    for name in ("gowalla", "ml-1m"):
        try:
            path = pairs(name)
        except RuntimeError as e:
            skip(f"BPR {name}", str(e))
            continue
        for threads in (1, 2):
            bpr_beside(python, name, path, threads)
    bpr_memory()
    bpr_threads()


def bpr_beside(python, name, path, threads):
    ours = partial(epoch, f"rs-fit bpr -q -d 64 -e %d -j {threads} -o bpr.model"
                   f" < {path}.rsi", 1, 31)
    peer = lambda who: partial(measured, f"{python} {PEERS}/bpr.py {who} {path}.tsv"
                               f" 64 10 {threads} 2> /dev/null")
    if python is None:
        return skip(f"BPR {name}", "implicit and libmf cannot be had")
    runs = interleave({"ours": ours, "implicit": peer("implicit"),
                       "libmf": peer("libmf")})
    for them, goal in (("implicit", "<= .2"), ("libmf", "<= .5")):
        for what in ("cpu", "wall"):
            report(f"BPR {name}, 64 factors, {threads} thread"
                   + "s" * (threads > 1), f"{what} s an epoch",
                   f"{median(runs['ours'], what):.4f}",
                   f"{them} {median(runs[them], what):.4f}",
                   paired(runs["ours"], runs[them], what),
                   goal if what == "cpu" else "", peak(runs["ours"]),
                   peak(runs[them]))


def bpr_memory():
    """What data cost a whole run, its peak less that of a run on next to
    nothing, beside the factors (and item biases) and 12 bytes a pair.  Both
    by their own word: the kernel counts the memory of who started a process
    as its own, and that is more than a run on nothing needs."""
    def mib(path):
        out = shell("rs-fit bpr -v -d 64 -e 1 -o bpr.model"
                    f" < {path}.rsi 2>&1; true")["out"]
        return float(re.search(r"([\d.]+) MiB", out)[1])

    shell("printf 'a\\tx\\nb\\ty\\n' | rs-clean -q --no-header"
          " -c user=1,item=2 | rs-index -q -D tiny > tiny.rsi")
    tiny = mib("tiny")
    for name in ("gowalla", "ml-1m", "20 M rows"):
        try:
            path = pairs(name)
        except RuntimeError as e:
            skip(f"memory of BPR {name}", str(e))
            continue
        users, items = map(int, sizes(path + ".rsi"))
        rows = int(shell(f"rs-cat --count {path}.rsi")["out"])
        bound = ((users + items) * 64 * 4 + items * 4 + 12 * rows) / 2**20
        whole = mib(path)
        report(f"memory of BPR {name}, 64 factors", "peak MiB for the data",
               f"{whole - tiny:.1f} (and {tiny:.1f} without any)",
               f"factors + 12 bytes a pair {bound:.1f}", (whole - tiny) / bound,
               "<= 1", whole)


def bpr_threads():
    """20 M rows: what two threads gain, and what this machine lets two
    processes gain that share nothing."""
    path = pairs("20 M rows")
    fit = lambda j, out: (f"rs-fit bpr -q -d 64 -e %d -j {j} -o {out}.model"
                          f" < {path}.rsi")
    both = f"{fit(1, 'bpr')} & p=$!; {fit(1, 'bpr-2')}; wait $p"
    runs = interleave({"one": partial(epoch, fit(1, "bpr"), 1, 4),
                       "two": partial(epoch, fit(2, "bpr"), 1, 4),
                       "both": partial(epoch, both, 1, 4)})
    for what in ("cpu", "wall"):
        report("BPR 20 M rows, 64 factors", f"{what} s an epoch",
               f"{median(runs['two'], what):.3f} with two threads",
               f"one {median(runs['one'], what):.3f}",
               paired(runs["two"], runs["one"], what), "", peak(runs["two"]),
               peak(runs["one"]))
    report("BPR 20 M rows, 64 factors", "speed-up by two threads",
           f"{paired(runs['one'], runs['two'], 'wall'):.2f}",
           "two processes of one thread: "
           f"{2 * paired(runs['one'], runs['both'], 'wall'):.2f}",
           goal=">= 1.6 on two real cores")


def mf_batch():
    """An epoch of Spotlight's model in mini-batches, beside PyTorch's.  The
    package from PyPI brings the whole of CUDA with it: 5 GB."""
    path = pairs("ml-1m")
    python = peers("numpy", "scipy", "torch")
    if python is None:
        return skip("mf-batch", "torch cannot be had")
    for loss in ("pointwise", "bpr", "hinge", "adaptive-hinge"):
        mf_batch_beside(python, path, loss, ("plain", "fused")
                        if loss == "pointwise" else ("plain",))


def mf_batch_beside(python, path, loss, adams):
    """One thread each: two of PyTorch's cost more CPU and hardly less time, and
    on a busy machine they wait by spinning."""
    ours = partial(epoch, "rs-fit mf -q --preset spotlight -e %d -p"
                   f" loss={loss} -j 1 -o mf.model < {path}.rsi", 1, 6)
    peer = lambda adam: partial(
        measured, f"{python} {PEERS}/torch_mf.py {path}.tsv 32 256 1"
        f" 1 {loss} {adam} 2> /dev/null")
    runs = interleave({"ours": ours, **{adam: peer(adam) for adam in adams}})
    for adam in adams:
        for what, goal in (("cpu", "<= .1"), ("wall", "")):
            report(f"mf ml-1m, batch 256, {loss}", f"{what} s an epoch",
                   f"{median(runs['ours'], what):.3f}",
                   f"PyTorch, {adam} Adam {median(runs[adam], what):.3f}",
                   paired(runs["ours"], runs[adam], what), goal,
                   peak(runs["ours"]), peak(runs[adam]))


def dense():
    """The dense layers of nets, forward, back and gradient, in shards as a
    trainer cuts its batches, beside what sgemm does of a large product."""
    python = peers("numpy")
    if python is None:
        return skip("dense", "numpy cannot be had")
    for shape, goal in (("256 128 64", ">= .75"), ("128 64 64", ">= .5"),
                        ("64 32 64", ">= .5"), ("64 64 64", ">= .5"),
                        ("512 512 128", ">= .75"),
                        ("512 512 128 .0625", ">= 1")):
        r = compare(f"{BUILD}/bench/dense {shape}",
                    f"{python} {PEERS}/sgemm.py 8192 2048 512", "gflops")
        inputs, outputs, n, *density = shape.split()
        report(f"dense {inputs} to {outputs}, {n} samples"
               + "".join(f", {d} of dy not 0" for d in density), "GFLOP/s",
               f"{r['ours']:.1f}", f"sgemm {r['peer']:.1f}", r["ratio"], goal)
