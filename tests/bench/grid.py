"""make bench: the search of sixteen ALS models of pipelines/retail-events."""
import json
import os
import shutil

from measure import (PEERS, WORK, interleave, median, paired, peak, peers, report,
                     shell, sizes, skip)

EVENTS = "View=1,AddToCart=2,ViewCart=3,StartCheckout=4,Purchase=5"
ALPHA, FACTORS, REGULARIZATION = (1, 10), (100, 200), (0.01, 0.1)

SPACE = """
search grid
metric map@20
data grid-train.rsi grid-test.rsi
param alpha {alpha}
param factors {factors}
param regularization {regularization}
param iterations {iterations}
run rs-fit als -q -j {{threads}} --preset implicit -d {{factors}} -e {{iterations}} -p alpha={{alpha}} -p regularization={{regularization}} -o {{model}} < grid-train.rsi
run rs-eval -q -j {{threads}} -m {{model}} --test grid-test.rsi --metrics map@20
"""


def parts():
    """The published shop: events summed for each pair, a fifth of them masked."""
    shell("rs-synth shop | rs-clean -q -c user=USER_ID,item=ITEM_ID,event=EVENT_TYPE"
          f" | rs-index -q -D grid | rs-confidence --combine sum --events {EVENTS} |"
          " rs-split -q --mask 0.2 --seed 42 --test grid-test.rsi > grid-train.rsi;"
          " rs-cat -q grid-train.rsi > grid-train.tsv;"
          " rs-cat -q grid-test.rsi | cut -f 1,2 > grid-test.tsv")


def ours(space):
    shutil.rmtree(os.path.join(WORK, "grid-runs"), ignore_errors=True)
    run = shell(f"rs-tune -q -R grid-runs {space}")
    with open(os.path.join(WORK, "grid-runs", "ledger.jsonl")) as f:
        run["map"] = [json.loads(line)["metrics"]["map@20"] for line in f]
    return run


def theirs(command):
    run = shell(command)
    run["map"] = [float(line.split()[2]) for line in run["out"].splitlines()
                  if line.startswith("point ")]
    return run


def grid():
    """The published grid of retail-events with rs-tune and with implicit, which
    learns one model after the other by all threads.  Iterations are a tenth of
    the published 50 and 100, so that it ends; GRID=whole takes all."""
    python = peers("numpy", "scipy", "implicit")
    if python is None:
        return skip("grid", "implicit cannot be had")
    whole = os.environ.get("GRID") == "whole"
    iterations = (50, 100) if whole else (5, 10)
    parts()
    users, items = sizes("grid-train.rsi")
    words = lambda values, between: between.join(map(str, values))
    lists = {"alpha": ALPHA, "factors": FACTORS, "regularization": REGULARIZATION,
             "iterations": iterations}
    with open(os.path.join(WORK, "grid.space"), "w") as f:
        f.write(SPACE.format(**{k: words(v, " ") for k, v in lists.items()}))
    peer = (f"{python} {PEERS}/implicit_grid.py grid-train.tsv grid-test.tsv {users}"
            f" {items} " + " ".join(words(v, ",") for v in lists.values()))
    # Long enough that once is sure.
    runs = interleave({"a": lambda: ours("grid.space"),
                       "b": lambda: theirs(peer + " 2> grid.log")}, 1)
    a, b = runs["a"], runs["b"]
    about = f"16 trials of {words(iterations, ' and ')} iterations"
    for what in ("wall", "cpu"):
        report("grid", f"{what} s, {about}", f"{median(a, what):.1f}",
               f"implicit {median(b, what):.1f}", paired(a, b, what), "<= .25",
               peak(a), peak(b))
    ratios = [x / y for x, y in zip(a[0]["map"], b[0]["map"])]
    report("grid", "map@20, mean of the trials",
           f"{sum(a[0]['map']) / 16:.5f}",
           f"implicit {sum(b[0]['map']) / 16:.5f}; trial by trial "
           f"{min(ratios):.4f} to {max(ratios):.4f} of its",
           sum(a[0]["map"]) / sum(b[0]["map"]), ">= .99")
