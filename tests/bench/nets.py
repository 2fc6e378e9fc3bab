"""make bench: networks, their layers and epochs.

PyTorch's epochs take minutes, so it learns a share of one, sampling included,
and what that took is scaled; its start-up is not counted.  Ours is a whole run
of one epoch, reading and writing included.
"""
from functools import partial

from limits import sgemm
from measure import (BUILD, PEERS, ROUNDS, beside, count, interleave, line,
                     measured, pairs, peak, ratings, report, there)
from serve import NEUMF, NEUMF_FLOPS

MFBLOCK = "rs-fit mfblock --preset published -d 512"


def dense():
    """Dense layers, forward, back and gradient, in shards as a trainer cuts its
    batches, beside what sgemm does of a large product."""
    for shape, goal in (("256 128 64", .75), ("128 64 64", .5), ("64 32 64", .5),
                        ("64 64 64", .5), ("512 512 128", .75),
                        ("512 512 128 .0625", 1)):
        inputs, outputs, n, *density = shape.split()
        samples = 1000000
        flops = 3 * 2 * int(inputs) * int(outputs) * samples

        def ours():
            took = measured(f"{BUILD}/bench/dense {shape}")
            return {"cpu": flops / took["gflops"] / 1e9, "mib": took["mib"]}
        runs = interleave({"ours": ours, "limit": sgemm(flops)})
        line(f"dense {inputs} to {outputs}, shards of {n}"
             + "".join(f", {d} of dy not 0" for d in density), "samples", samples,
             runs, goal=f"share >= {goal}")


def epochs(job, fit, stream, theirs, counted, amount, flops):
    """An epoch beside PyTorch's, twice at most: it takes its time.  theirs: name
    -> the script's words and the goal by it.  flops: of what is counted.  Our
    runs."""
    contenders = {"ours": partial(measured, f"{fit} -q -e 1 -j 1 -o net.model"
                                  f" < {stream}.rsi"),
                  "limit": sgemm(flops * amount)}
    for who, (words, _) in theirs.items():
        beside(job, contenders, who, f"{PEERS}/{words}", "numpy", "scipy", "torch")
    runs = interleave(contenders, min(ROUNDS, 2))
    for who, (_, goal) in theirs.items():
        line(job, counted, amount, runs, peer=who, goal=goal)
    return runs["ours"]


def memory(job, runs, stream, parameters, batch, row):
    """The peak of our runs beside four times the parameters
    (their values, and what an optimizer keeps of each), a batch's values and
    slopes in all layers, and the stream at so many bytes a row."""
    whole, rows = peak(runs), count(stream)[2]
    parts = [n / 2**20 for n in (4 * 4 * parameters, 2 * 4 * batch, row * rows)]
    report("memory of " + job, "peak MiB of a run", f"{whole:.1f}",
           "4 x parameters {:.1f} + a batch {:.1f} + the stream {:.1f}".format(*parts),
           whole / sum(parts), "<= 1", whole)


def neumf():
    """An epoch on NCF's MovieLens 1M beside PyTorch's."""
    neumf_beside({"PyTorch as usual (.02 of it)": ("usual", .02, 1, "CPU <= .1"),
                  "PyTorch lean, fused Adam (.03)": ("lean", .03, 1, "")})


def neumf_threads():
    """The same epoch, PyTorch with as many threads as it takes by itself."""
    neumf_beside({"PyTorch as usual, its threads (.005)": ("usual", .005, 0, "")})


def neumf_beside(theirs):
    path = pairs("ncf-ml-1m")
    users, items, rows = count(path)
    job = "NeuMF ncf-ml-1m, 32 factors, batch 256"
    runs = epochs(job, NEUMF, path, {
        who: (f"torch_neumf.py {path}.tsv {how} {share} {threads}", goal)
        for who, (how, share, threads, goal) in theirs.items()},
        "samples in an epoch", 5 * rows, 3 * NEUMF_FLOPS)
    layers = [(256, 128), (128, 64), (64, 32), (64, 1)]
    memory(job, runs, path, (users + items) * (32 + 128)
           + sum((n + 1) * m for n, m in layers),
           256 * (2 * (32 + 128) + 256 + 2 * (128 + 64 + 32) + 32 + 64 + 1), 8)


def mfblock():
    """An epoch of the matrix factorization block beside PyTorch's: on a million
    ratings of few people, and of as many as a shop's reviews have."""
    shares = {"ml-1m": .05, "reviews": .02}
    for name, path in there("mfblock", *shares, make=ratings):
        job, share = f"mfblock {name}, 512 dimensions", shares[name]
        users, items, rows = count(path)
        runs = epochs(job, MFBLOCK, path, {
            f"PyTorch ({share} of it)":
            (f"torch_mfblock.py {path}.tsv - 512 {share} 1", "CPU <= .2")},
            "ratings in an epoch", rows, 3 * 2 * 2 * 512 * 512)
        memory(job, runs, path, (users + items) * 512 + 2 * 513 * 512,
               1024 * (2 * 4 * 512 + 512 + 1), 12)
