"""make bench: factors of users and items, an iteration or an epoch of them."""
from functools import partial

from limits import gather, sgemm
from measure import (BUILD, PEERS, ROUNDS, beside, count, epoch, figures,
                     interleave, line, measured, paired, pairs, peers, ratings,
                     report, shell, skip, there, why_not)


def als_flops(users, items, rows, d, steps):
    """Of an iteration: the Gram matrices, and for each step of conjugate gradients
    and the residual before them the Gram matrix by each row, and a product and
    a sum for each pair."""
    sides = users + items
    return 2 * sides * d * d + (steps + 1) * (2 * sides * d * d + 8 * rows * d)


OURS_ALS = BUILD + "/bench/als %d %d %d 1 1 .02 0 .003 1 .1 < %s"


def als():
    """An iteration of ALS beside irspack's and implicit's, one thread each; then
    the time to the loss that irspack has after twelve."""
    for name, path in there("ALS", "gowalla", "ml-1m"):
        for d in (64, 128):
            als_iteration(name, path, d, 3, ROUNDS)
        als_to_loss(name, path)


def als_large():
    """An iteration of ALS on 20 M rows, once."""
    path = pairs("20 M rows")
    for d in (64, 128):
        als_iteration("20 M rows", path, d, 2, 1)


def als_iteration(name, path, d, epochs, rounds):
    job = f"ALS {name}, {d} factors"
    whole = count(path)
    contenders = {f"{steps}": partial(measured, OURS_ALS
                                      % (d, epochs, steps, path + ".tsv"))
                  for steps in (3, 2)}
    for peer in ("irspack", "implicit"):
        beside(job, contenders, peer,
               f"{PEERS}/als.py {peer} {path}.tsv {d} {epochs}",
               "numpy", "scipy", peer)
    flops = als_flops(*whole, d, 3)
    runs = interleave({**contenders, "limit": sgemm(flops)}, rounds)
    fewer = als_flops(*whole, d, 2) / flops  # two steps are less work
    runs["limit, 2 steps"] = [{**r, "cpu": r["cpu"] * fewer} for r in runs["limit"]]
    for steps, limit in (("3", "limit"), ("2", "limit, 2 steps")):
        for peer, goal in (("irspack", "CPU <= .333"), ("implicit", "CPU <= .2")):
            line(f"{job}, {steps} steps", "pairs in an iteration", whole[2], runs,
                 steps, peer, goal, limit)


def als_to_loss(name, path):
    """CPU seconds until the loss that irspack has after twelve iterations."""
    job = f"ALS {name}, 64 factors, 2 steps"
    python = peers("numpy", "scipy", "irspack")
    if python is None:
        return skip(job, why_not("numpy", "scipy", "irspack"))
    losses = lambda text: [l.split()[1:] for l in text.splitlines()
                           if l.startswith("loss ")]
    theirs = shell(f"{python} {PEERS}/als.py irspack {path}.tsv 64 12 loss"
                   " 2> /dev/null")["out"]
    goal = float(losses(theirs)[-1][1])
    ours = losses(shell(OURS_ALS % (64, 24, 2, path + ".tsv"))["out"])
    reached = next((l for l in ours if float(l[1]) <= goal), None)
    if reached is None:
        return skip(job, "24 iterations do not reach irspack's loss")
    seconds = figures(theirs)["cpu"] * 12
    report(job, "CPU s to irspack's loss", f"{float(reached[2]):.2f}"
           f" ({reached[0]} iterations)", f"irspack {seconds:.2f} (12)",
           float(reached[2]) / seconds, "CPU <= .333")


def bpr():
    """An epoch of BPR beside implicit's, LIBMF's and LightFM's, by one thread and
    by two."""
    for name, path in there("BPR", "gowalla", "ml-1m"):
        for threads in (1, 2):
            bpr_beside(name, path, threads)
    bpr_memory()


def changed(users, items, samples, each, d):
    """The limit of learning from samples that change so many rows each."""
    return gather(each * samples, 4 * d, 4 * d * (users + items))


def bpr_beside(name, path, threads):
    job = f"BPR {name}, 64 factors, {threads} thread" + "s" * (threads > 1)
    users, items, rows = count(path)
    contenders = {"ours": partial(epoch, f"rs-fit bpr -q -d 64 -e %d -j {threads}"
                                  f" -o bpr.model < {path}.rsi", 1, 31),
                  "limit": changed(users, items, rows, 3, 64)}
    goals = {"implicit": "CPU <= .2", "libmf": "CPU <= .5", "lightfm": ""}
    for peer in goals:
        # It takes seconds an epoch, hardly less by two threads: once is enough.
        if peer != "lightfm" or (name, threads) == ("ml-1m", 1):
            beside(job, contenders, peer, f"{PEERS}/bpr.py {peer} {path}.tsv 64"
                   f" {2 if peer == 'lightfm' else 10} {threads}",
                   "numpy", "scipy", peer)
    runs = interleave(contenders)
    for peer, goal in goals.items():
        if peer in runs:
            line(job, "samples in an epoch", rows, runs, peer=peer, goal=goal)


def bpr_memory():
    """What data cost a whole run, its peak less that of a run on next to nothing,
    beside the factors (and item biases) and 12 bytes a pair."""
    mib = lambda path: shell("rs-fit bpr -q -d 64 -e 1 -o bpr.model"
                             f" < {path}.rsi")["mib"]
    shell("printf 'a\\tx\\nb\\ty\\n' | rs-clean -q --no-header"
          " -c user=1,item=2 | rs-index -q -D tiny > tiny.rsi")
    tiny = mib("tiny")
    for name, path in there("memory of BPR", "gowalla", "ml-1m"):
        users, items, rows = count(path)
        bound = ((users + items) * 64 * 4 + items * 4 + 12 * rows) / 2**20
        whole = mib(path)
        report(f"memory of BPR {name}, 64 factors", "peak MiB for the data",
               f"{whole - tiny:.1f} (and {tiny:.1f} without any)",
               f"factors + 12 bytes a pair {bound:.1f}", (whole - tiny) / bound,
               "<= 1", whole)


def bpr_large():
    """What two threads gain on 20 M rows, and what this machine lets two processes
    gain that share nothing."""
    path = pairs("20 M rows")
    users, items, rows = count(path)
    fit = lambda j, out: (f"rs-fit bpr -q -d 64 -e %d -j {j} -o {out}.model"
                          f" < {path}.rsi")
    both = f"{fit(1, 'bpr')} & p=$!; {fit(1, 'bpr-2')}; wait $p"
    runs = interleave({"one thread": partial(epoch, fit(1, "bpr"), 1, 4),
                       "ours": partial(epoch, fit(2, "bpr"), 1, 4),
                       "both": partial(epoch, both, 1, 4),
                       "limit": changed(users, items, rows, 3, 64)})
    line("BPR 20 M rows, 64 factors, 2 threads", "samples in an epoch", rows, runs,
         peer="one thread")
    report("BPR 20 M rows, 64 factors", "speed-up by two threads",
           f"{paired(runs['one thread'], runs['ours'], 'wall'):.2f}",
           "two processes of one thread: "
           f"{2 * paired(runs['one thread'], runs['both'], 'wall'):.2f}",
           goal=">= 1.6 on two real cores")


def warp():
    """An epoch of WARP beside LightFM's."""
    path = pairs("ml-1m")
    job = "WARP ml-1m, 64 factors"
    users, items, rows = count(path)
    contenders = {"ours": partial(epoch, "rs-fit mf -q -d 64 -e %d -j 1 -p"
                                  f" loss=warp -o warp.model < {path}.rsi", 1, 5),
                  "limit": changed(users, items, rows, 3, 64)}
    beside(job, contenders, "lightfm", f"{PEERS}/bpr.py lightfm-warp {path}.tsv"
           " 64 2 1", "numpy", "scipy", "lightfm")
    line(job, "samples in an epoch", rows, interleave(contenders), peer="lightfm")


def mf_ratings():
    """An epoch of factors of ratings, biases and all, beside LIBMF's (which has
    none) and Surprise's SVD."""
    path = ratings("ml-1m")
    users, items, rows = count(path)
    job = "mf of ratings ml-1m, 64 factors"
    contenders = {"ours": partial(epoch, "rs-fit mf -q --preset ratings -d 64 -e %d"
                                  f" -j 1 -o ratings.model < {path}.rsi", 1, 21),
                  "limit": changed(users, items, rows, 2, 64)}
    for peer, epochs in (("libmf", 20), ("surprise", 6)):
        beside(job, contenders, peer,
               f"{PEERS}/rating_epochs.py {peer} {path}.tsv 64 {epochs}",
               "numpy", "scipy", peer)
    runs = interleave(contenders)
    for peer in ("libmf", "surprise"):
        if peer in runs:
            line(job, "ratings in an epoch", rows, runs, peer=peer)


def mf_batch():
    """An epoch of Spotlight's model in mini-batches, beside PyTorch's, one thread
    each: two of PyTorch's cost more CPU and hardly less time.  The package from
    PyPI brings the whole of CUDA with it, 5 GB."""
    path = pairs("ml-1m")
    mf_batch_beside(path, "pointwise", ("plain", "fused"))
    mf_batch_beside(path, "adaptive-hinge", ("plain",))


def mf_batch_more():
    """The losses that take as long as pointwise."""
    path = pairs("ml-1m")
    for loss in ("bpr", "hinge"):
        mf_batch_beside(path, loss, ("plain",))


def mf_batch_beside(path, loss, adams):
    job = f"mf ml-1m, batch 256, {loss}"
    users, items, rows = count(path)
    negatives = 5 if loss == "adaptive-hinge" else 1
    contenders = {"ours": partial(epoch, "rs-fit mf -q --preset spotlight -e %d -p"
                                  f" loss={loss} -j 1 -o mf.model < {path}.rsi", 1, 6),
                  "limit": changed(users, items, rows, 2 + negatives, 32)}
    for adam in adams:
        beside(job, contenders, f"PyTorch, {adam} Adam", f"{PEERS}/torch_mf.py"
               f" {path}.tsv 32 256 1 1 {loss} {adam}", "numpy", "scipy", "torch")
    runs = interleave(contenders)
    for peer in (f"PyTorch, {adam} Adam" for adam in adams):
        line(job, "pairs in an epoch", rows, runs, peer=peer, goal="CPU <= .1")
