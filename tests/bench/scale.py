"""make bench: time and memory as the data grow.

Ratings of 27,000 items by a user for every 145 rows, so all stages but the best
tenth of the users' lists have work in proportion to the rows; two threads where
a tool has them.  rs-split also has to sort, and goes through files where the rows
outgrow the budget of 256 MiB.  Each size stands beside the one before it, taken as many times
as it is larger: a ratio of 1 is linear.
"""
import math
import os
import re

from measure import WORK, line, measured, report, shell

SMALL, LARGE = (1, 2, 5), (1, 2, 5, 10, 20, 50)
ITEMS, ROWS_A_USER, D, BUDGET = 27000, 145, 64, 256

# Stage -> its command; what lies in front of " ;; " is made ready, not measured.
STAGES = {
    "rs-synth": "rs-synth ratings -q --rows {rows} --users {users} --items {items}"
                " > scale.tsv",
    "rs-clean": "rs-clean -q scale.tsv > scale-clean.rsi",
    "rs-index": "rs-index -q -M {budget}Mi -D scale < scale-clean.rsi > scale.rsi",
    "rs-split": "rs-split -q -M {budget}Mi --latest 1 --test scale-test.rsi"
                " < scale.rsi > scale-train.rsi",
    "rs-fit als, an epoch": "rs-fit als -q -j 2 -d {d} -e 1 -D scale -o als.model"
                            " < scale-train.rsi",
    "rs-fit bpr, an epoch": "rs-fit bpr -q -j 2 -d {d} -e 1 -D scale -o bpr.model"
                            " < scale-train.rsi",
    "rs-topk, a tenth of the users":
        "rs-cat -q scale/user.rsi | awk 'NR % 10 == 0 {{print $1}}' > scale.ask ;;"
        " rs-topk -q -j 2 -m als.model < scale.ask > /dev/null",
    "rs-eval": "rs-eval -q -j 2 -m als.model --test scale-test.rsi"
               " --metrics recall@10,ndcg@10 > /dev/null"}


def mib(name):
    return os.path.getsize(os.path.join(WORK, name)) / 2**20


def planned(algorithm, rows):
    """MiB by the word of rs-fit --plan."""
    text = shell(f"rs-fit {algorithm} --plan -j 2 -d {D} -e 1 -D scale"
                 " < scale-train.rsi")["out"]
    fixed, each = re.search(r"^memory\t([\d.]+) MiB and (\d+) bytes", text,
                            re.M).groups()
    return float(fixed) + int(each) * rows / 2**20


def bound(stage, rows, users):
    """MiB that the manual grants (its MEMORY section), numbers in its words."""
    mega, process = 1e6 / 2**20, 8  # the program and its libraries
    packed = 4 * D * ITEMS / 2**20  # the items once more, for the kernel
    if stage == "rs-synth":
        return (60 * users + 40 * ITEMS) / 2**20 + 16 * mega + process
    if stage == "rs-clean":  # and the strings of 65,536 rows, three times
        return 20 * mega + 3 * 65536 * 16 / 2**20
    if stage == "rs-index":
        return 65 * (users + ITEMS) / 2**20 + 20 * mega
    if stage == "rs-split":
        return BUDGET + (rows / 4 + 8 * users) / 2**20 + 20 * mega
    if stage.startswith("rs-fit"):
        return planned(stage.split()[1].rstrip(","), rows)
    answer = mib("als.model") + packed + process
    if stage == "rs-eval":  # a test pair a user, and six metrics
        return answer + (4 + 16 * 6) * users / 2**20
    return answer + 64


def measure(millions):
    """Stage -> its run and its bound, at one size."""
    rows = millions * 1000000
    users = rows // ROWS_A_USER
    taken = {}
    for stage, text in STAGES.items():
        before, _, command = text.format(rows=rows, users=users, items=ITEMS, d=D,
                                         budget=BUDGET).rpartition(" ;;")
        if before:
            shell(before)
        taken[stage] = measured(command), bound(stage, rows, users)
    return taken


def curves(sizes):
    curve = {}
    for millions in sizes:
        curve[millions] = measure(millions)
        print_size(curve, millions)
    for name in os.listdir(WORK):
        if re.match(r"scale.*\.(tsv|rsi|ask)$", name):
            os.unlink(os.path.join(WORK, name))
    for stage in STAGES:
        print_growth(stage, {m: taken[stage] for m, taken in curve.items()})


def print_size(curve, millions):
    """Its stages, beside the size before it."""
    smaller = max((m for m in curve if m < millions), default=None)
    for stage, (run, _) in curve[millions].items():
        runs = {"ours": [run]}
        if smaller is not None:
            times, was = millions / smaller, curve[smaller][stage][0]
            peer = f"{times:g} x {smaller} M rows"
            runs[peer] = [{**was, "cpu": times * was["cpu"],
                           "wall": times * was["wall"]}]
            line(f"scale {millions} M, {stage}", "rows", millions * 1e6, runs,
                 peer=peer)
        else:
            line(f"scale {millions} M, {stage}", "rows", millions * 1e6, runs)


def print_growth(stage, taken):
    """In words: how time grows with the rows, and memory beside its bound."""
    sizes = sorted(taken)
    first, last = (taken[sizes[i]][0] for i in (0, -1))
    times, grew = sizes[-1] / sizes[0], last["cpu"] / first["cpu"]
    power = math.log(grew) / math.log(times)
    words = ("better than linear" if power < .95 else "linear" if power <= 1.1
             else "worse than linear")
    report(f"scale, {stage}", f"CPU from {sizes[0]} to {sizes[-1]} M rows",
           f"x {grew:.1f}", f"rows x {times:g}: {words}, power {power:.2f}",
           goal="power <= 1.1")
    peaks = [taken[m][0]["mib"] for m in sizes]
    bounds = [taken[m][1] for m in sizes]
    whole = lambda numbers: " ".join(f"{x:.0f}" for x in numbers)
    report(f"scale, {stage}", "peak MiB by size", whole(peaks),
           f"its manual's bound {whole(bounds)}",
           max(a / b for a, b in zip(peaks, bounds)), "<= 1", peaks[-1])


def scale():
    """Time and memory of each stage from 1 to 5 M rows."""
    curves(SMALL)


def scale_50m():
    """The same from 1 to 50 M rows."""
    curves(LARGE)
