"""make bench: what rs-eval and evaluators of others take for the same lists."""
import json
from functools import partial

from measure import (BUILD, PEERS, ROUNDS, data, interleave, line, measured,
                     peers, report, shell, skip, why_not)

# Ours, and what ranx calls it.
METRICS = {"p@10": "precision@10", "p@20": "precision@20",
           "recall@20": "recall@20", "map@20:rel": "map@20",
           "ndcg@20": "ndcg@20", "hr@20": "hit_rate@20", "mrr@20": "mrr@20"}
USERS = 29858
CLOSE = 1e-9


def lists():
    """A model's first 20 of everybody on gowalla, and the held-out pairs, each
    as a stream and as the text that peers read."""
    d = data("gowalla")
    for part in ("train", "test"):
        shell(f"rs-clean -q --ragged {d}/{part}.txt.gz | rs-index -q -D eval-ids "
              + ("--frozen " if part == "test" else "") + f"> eval-{part}.rsi")
    shell("rs-fit als -q -d 64 -e 3 -D eval-ids -o eval.model < eval-train.rsi;"
          " rs-topk -q -m eval.model --all -k 20 -f csv > eval-lists.csv;"
          " rs-topk -q -m eval.model --all -k 20 -f stream > eval-lists.rsi;"
          " rs-cat -q -D eval-ids eval-test.rsi | cut -f 1,2 > eval-test.tsv")


def ours(kind, *more):
    return " ".join((f"rs-eval -q -j 1 --recs eval-lists.{kind} -D eval-ids"
                     f" --test eval-test.rsi --metrics {','.join(METRICS)}",
                     *more))


def furthest(theirs):
    """Between our values, in full, and theirs."""
    text = shell(ours("csv", "-f json"))["out"]
    have = {m["metric"]: m["value"] for m in json.loads(text)["metrics"]}
    return max(abs(have[a] - theirs[b]) for a, b in METRICS.items())


def evaluate():
    """Seven metrics of 20 recommendations for everybody on gowalla: rs-eval, with
    its intervals, beside ranx, which has none.  Both begin with CSV and end with
    the process, or with tables of their own: a stream, and what ranx makes of
    dictionaries."""
    lists()
    python = peers("ranx")
    command = (f"NUMBA_CACHE_DIR={BUILD}/numba NUMBA_NUM_THREADS=1 {python}"
               f" {PEERS}/eval_ranx.py eval-test.tsv eval-lists.csv"
               f" {','.join(METRICS.values())}")
    contenders = {"stream": partial(measured, ours("rsi")),
                  "csv": partial(measured, ours("csv"))}
    if python is None:
        skip("evaluation beside ranx", why_not("ranx"))
    else:
        contenders["whole"] = partial(measured, command + " 2> /dev/null")
    runs = interleave(contenders, ROUNDS)
    theirs = runs.get("whole", [])
    only = lambda *parts: [{"cpu": sum(run[p] for p in parts), "mib": run["mib"]}
                           for run in theirs]
    if theirs:
        far = furthest(theirs[0])
        report("evaluation", "furthest from a value of ranx", f"{far:.1e}",
               goal=f"<= {CLOSE:g}" + ("" if far <= CLOSE else ": missed"))
    # Compiling itself is no part of an evaluation, nor is Python's reading.
    for job, us, peer in (
            ("evaluation, from CSV; ranx's from dictionaries", "csv",
             only("tables", "evaluate")),
            ("evaluation, from a stream; ranx's evaluate() alone", "stream",
             only("evaluate")),
            ("evaluation, from CSV; all that ranx's process takes", "csv", theirs)):
        line(job, "users", USERS, {"ours": runs[us], **({"ranx": peer} if peer else {})},
             peer="ranx", goal="CPU <= .1")
