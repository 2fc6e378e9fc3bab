"""make bench: answers of a model, the best of all items or given pairs."""
from functools import partial

from limits import sgemm
from measure import (BUILD, PEERS, beside, count, interleave, line, measured, pairs,
                     shell)

NEUMF = "rs-fit neumf --preset ncf-32"
# Of a pair's score: the layers after the embeddings, and the last one.
NEUMF_FLOPS = 2 * (256 * 128 + 128 * 64 + 64 * 32 + 64)


def topk():
    """The fused product and selection beside the product alone, and whole runs of
    rs-topk beside implicit's recommend."""
    users, items = 29858, 40981
    for d in (64, 128):
        def kernel():
            took = measured(f"{BUILD}/bench/topk {users} {items} {d} 10 27 1")
            return {"cpu": took["seconds"], "mib": took["mib"]}
        limit = sgemm(2 * users * items * d, f"{users} {items} {d}")
        runs = interleave({"ours": kernel, "limit": limit})
        line(f"top-10 of {users:,} x {items:,} from within, {d} factors", "users",
             users, runs, goal="share >= 1")
    gowalla = pairs("gowalla")
    users, items, _ = count(gowalla)
    for d in (64, 128):
        job = f"top-10 of all of gowalla, {d} factors"
        shell(f"rs-fit als -q -d {d} -e 3 -o gowalla-{d}.model -D {gowalla}"
              f" < {gowalla}.rsi")
        contenders = {"ours": partial(measured, f"rs-topk -q -m gowalla-{d}.model"
                                      " --all -k 10 > /dev/null"),
                      "limit": sgemm(2 * users * items * d)}
        beside(job, contenders, "implicit", f"{PEERS}/implicit_topk.py"
               f" gowalla-{d}.model {gowalla}.tsv 10", "numpy", "scipy", "implicit")
        line(job, "users", users, interleave(contenders), peer="implicit",
             goal="CPU <= .2")


def neumf_score():
    """A network's scores of pairs: asked from within, through rs-score from a
    stream, and the best ten of all items for everybody."""
    path = pairs("ncf-ml-1m")
    shell(f"rs-split -q --per-user .97 --test /dev/null < {path}.rsi |"
          f" {NEUMF} -q -e 1 -D {path} -o neumf-score.model")
    users, items, rows = count(path)

    def inside(order):
        def run():
            took = measured(f"{BUILD}/bench/score neumf-score.model {rows} {order} 1")
            return {"cpu": took["seconds"], "mib": took["mib"]}
        return run

    score = "rs-score -q -j 1 -m neumf-score.model"
    ours = {
        "from within, pairs in any order": (rows, inside("any")),
        "from within, user by user": (rows, inside("sorted")),
        "rs-score, stream to stream": (rows, partial(
            measured, f"{score} -f stream < {path}.rsi > /dev/null")),
        "rs-score, stream to CSV": (rows, partial(
            measured, f"{score} -D {path} -f csv < {path}.rsi > /dev/null")),
        "rs-topk, best 10 for all": (users * items, partial(
            measured, f"rs-topk -q -j 1 -m neumf-score.model -D {path} --all -k 10"
            " > /dev/null"))}
    contenders = {**{who: run for who, (_, run) in ours.items()},
                  "limit": sgemm(NEUMF_FLOPS * rows)}
    beside("NeuMF scoring", contenders, "torch", f"{PEERS}/torch_neumf.py"
           f" {path}.tsv score 300000 1", "numpy", "scipy", "torch")
    runs = interleave(contenders)
    for who, (n, _) in ours.items():
        # A peer's seconds, and a limit's, for as many pairs.
        scaled = {"ours": runs[who], "limit": [
            {**r, "cpu": r["cpu"] * n / rows} for r in runs["limit"]]}
        if "torch" in runs:
            scaled["torch"] = [{"cpu": n / r["rate"], "mib": r["peak"]}
                               for r in runs["torch"]]
        line(f"NeuMF scoring, 32 factors, {who}", "pairs", n, scaled, peer="torch",
             goal="CPU <= 1")
