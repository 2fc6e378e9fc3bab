"""The table of make bench: a line at a time to stdout and results.md, and as JSON
to results.jsonl.

line() is for what takes time: ours and a peer's rate (a second of CPU), CPU, wall
and memory, their ratio, and the share of a physical limit.  report() is for what
is a value of its own: a quality, a size; it stands in the column of rates.
skip() says what was left out, and why.
"""
import json
import operator
import os
import re
import statistics

from packages import ROOT

WORK = os.path.join(ROOT, "build", "bench")
RESULTS = os.path.join(WORK, "results.jsonl")
PAGE = os.path.join(WORK, "results.md")

COLUMNS = ["job", "counted", "rounds", "rate", "CPU s", "wall s", "MiB",
           "beside", "its rate", "its CPU s", "its wall s", "its MiB",
           "CPU ratio", "wall ratio", "goal", "limit", "share"]
NONE = ""

missed = []  # jobs that did not reach their goal


def median(runs, what):
    return statistics.median(r[what] for r in runs)


def peak(runs):
    return max(r.get("peak", r["mib"]) for r in runs)


def ratios(a, b, what):
    """Of runs that stood side by side: the median, the least, the largest."""
    all = [x[what] / y[what] for x, y in zip(a, b) if y[what]]
    if not all:
        return None
    return statistics.median(all), min(all), max(all)


def paired(a, b, what):
    """The median alone."""
    return ratios(a, b, what)[0]


def number(x):
    """Three digits, with k, M, G where it is large."""
    if x is None:
        return NONE
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if abs(x) >= size:
            return f"{x / (1e3 if unit == ' k' else size):.3g}{unit}"
    return f"{x:.3g}" if abs(x) < 1000 else f"{x:.0f}"


def with_spread(three, form=number):
    """Median (least..largest)."""
    if three is None:
        return NONE
    middle, least, most = map(form, three)
    return middle if least == most else f"{middle} ({least}..{most})"


def say(text):
    print(text, flush=True)
    with open(PAGE, "a") as f:
        f.write(text + "\n")


def record(row):
    with open(RESULTS, "a") as f:
        f.write(json.dumps(row) + "\n")


def begin(head):
    """Empty the files; a word on the machine and the table's first lines."""
    os.makedirs(WORK, exist_ok=True)
    for path in (RESULTS, PAGE):
        open(path, "w").close()
    record(head)
    say(f"On {head['machine']}; {head['rounds']} rounds unless a line says"
        f" otherwise.  Peers: {', '.join(head['peers']) or 'none'}.\n")
    say(row(COLUMNS))
    say("| " + " | ".join("---" for _ in COLUMNS) + " |")


def row(cells):
    return "| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |"


def side(runs, amount):
    """What one contender took."""
    spread = lambda what: (median(runs, what), min(r[what] for r in runs),
                           max(r[what] for r in runs))
    cpu = median(runs, "cpu")
    return {"rate": amount / cpu if cpu > 0 else None, "cpu": spread("cpu"),
            "wall": spread("wall") if "wall" in runs[0] else None,
            "mib": peak(runs)}


def cells(s):
    return [number(s["rate"]), with_spread(s["cpu"]), with_spread(s["wall"]),
            number(s["mib"])]


def met(goal, values):
    """Whether "CPU <= .2, wall <= 1" is so; None where nothing can be compared."""
    signs = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
    holds = [signs[sign](values[what], float(bound)) for what, sign, bound in
             re.findall(r"(\w+) ([<>]=?) ([\d.e]+)", goal)
             if values.get(what) is not None]
    return all(holds) if holds else None


def line(job, counted, amount, runs, us="ours", peer=None, goal="", limit="limit"):
    """A line from what interleave() gave.  amount: how many of what is counted a
    run of ours does, and of the peer; us, peer, limit: names of contenders.  A
    limit's runs say what the work would take at the limit.  goal: of the ratios,
    the share of the limit or our rate, "CPU <= .2, share >= .5, rate >= 1e8"."""
    ours = runs[us]
    out = {"job": job, "counted": counted, "amount": amount, "rounds": len(ours),
           "ours": side(ours, amount), "goal": goal}
    theirs, cpu, wall, limited = [NONE] * 4, None, None, [NONE] * 2
    values = {"rate": out["ours"]["rate"]}
    if peer in runs:
        them = runs[peer]
        cpu = ratios(ours, them, "cpu")
        wall = (ratios(ours, them, "wall") if "wall" in ours[0]
                and "wall" in them[0] else None)
        out["peer"] = {"name": peer, **side(them, amount)}
        out["ratio"] = {"cpu": cpu, "wall": wall}
        theirs = cells(out["peer"])
        values.update(CPU=cpu and cpu[0], wall=wall and wall[0])
    if limit in runs:
        ends, share = runs[limit], ratios(runs[limit], ours, "cpu")
        rates = sorted(r["rate"] for r in ends)
        name, unit = ends[0]["name"], ends[0]["unit"]
        out["limit"] = {"name": name, "unit": unit, "share": share,
                        "rate": (statistics.median(rates), rates[0], rates[-1])}
        limited = [f"{name} {with_spread(out['limit']['rate'])} {unit}",
                   with_spread(share, lambda x: f"{100 * x:.0f} %")]
        values["share"] = share[0]
    out["met"] = met(goal, values)
    if out["met"] is False:
        missed.append(job)
    record(out)
    say(row([job, counted, len(ours), *cells(out["ours"]),
             peer if peer in runs else NONE, *theirs, with_spread(cpu),
             with_spread(wall), goal + (": missed" if out["met"] is False else ""),
             *limited]))


def report(job, figure, ours, reference="", ratio=None, goal="", mib=None,
           peer_mib=None):
    """A line for a value: the figure's name stands under "counted"."""
    record({"job": job, "figure": figure, "ours": ours, "reference": reference,
            "ratio": ratio, "goal": goal, "mib": mib, "peer_mib": peer_mib})
    say(row([job, figure, NONE, ours, NONE, NONE, number(mib), reference, NONE,
             NONE, NONE, number(peer_mib), number(ratio), NONE, goal, NONE, NONE]))


def skip(job, why, what="skipped"):
    record({"job": job, what: why})
    say(row([job, f"{what}: {why}"] + [NONE] * (len(COLUMNS) - 2)))
