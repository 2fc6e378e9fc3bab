"""make bench: the search of sixteen ALS models of pipelines/retail-events."""
import json
import os
import shutil

from measure import (PEERS, WORK, interleave, line, peers, report, shell, sizes,
                     skip, why_not)

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
        run["map"] = [json.loads(text)["metrics"]["map@20"] for text in f]
    return run


def theirs(command):
    run = shell(command)
    run["map"] = [float(text.split()[2]) for text in run["out"].splitlines()
                  if text.startswith("point ")]
    return run


def search(iterations, job):
    """Once: it is long enough to be sure of."""
    python = peers("numpy", "scipy", "implicit")
    if python is None:
        return skip(job, why_not("numpy", "scipy", "implicit"))
    parts()
    users, items = sizes("grid-train.rsi")
    words = lambda values, between: between.join(map(str, values))
    lists = {"alpha": ALPHA, "factors": FACTORS, "regularization": REGULARIZATION,
             "iterations": iterations}
    with open(os.path.join(WORK, "grid.space"), "w") as f:
        f.write(SPACE.format(**{k: words(v, " ") for k, v in lists.items()}))
    peer = (f"{python} {PEERS}/implicit_grid.py grid-train.tsv grid-test.tsv {users}"
            f" {items} " + " ".join(words(v, ",") for v in lists.values()))
    runs = interleave({"ours": lambda: ours("grid.space"),
                       "implicit": lambda: theirs(peer + " 2> grid.log")}, 1)
    line(job, "iterations of its 16 trials", 8 * sum(iterations), runs, "ours",
         "implicit", "CPU <= .25, wall <= .25")
    a, b = runs["ours"][0]["map"], runs["implicit"][0]["map"]
    each = [x / y for x, y in zip(a, b)]
    report(job, "map@20, mean of the trials", f"{sum(a) / 16:.5f}",
           f"implicit {sum(b) / 16:.5f}; a trial {min(each):.3f} to"
           f" {max(each):.3f} of its", sum(a) / sum(b), ">= .99")


def grid():
    """The 16 trials of retail-events by rs-tune, and by implicit one after the
    other with all threads; a fifth of their iterations, so that it ends."""
    search((10, 20), "grid, a fifth of the iterations")


def grid_whole():
    """The same with all their 50 and 100 iterations."""
    search((50, 100), "grid")
