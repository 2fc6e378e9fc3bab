"""make bench: from a log to a table, and what is done with tables."""
import re
import shutil
from functools import partial

from limits import inflate, triad
from measure import (BUILD, PEERS, big_log, interleave, line, log_of, measured,
                     peers, report, shell, skip, why_not)


def ingest():
    """From TSV.gz to an indexed stream, beside unpacking it."""
    log = big_log()
    contenders = {
        "ours": partial(measured, f"rs-clean -q {log} | rs-index -q -D dict-20m"
                        " > /dev/null"),
        "limit": inflate(log)}
    if shutil.which("pigz"):
        contenders["pigz -dc"] = partial(measured, f"pigz -dc {log} > /dev/null")
    else:
        skip("ingest 20 M rows beside pigz", "no pigz here")
    runs = interleave(contenders)
    line("ingest 20 M rows", "rows", 20e6, runs, peer="pigz -dc",
         goal="CPU <= 2, wall <= 1.15")


def stream():
    """Blocks encoded and decoded, and the bytes of a row, beside copying."""
    def part(name):
        def run():
            took = measured(f"{BUILD}/bench/stream")
            sizes.append(took["bytes"] / took["rows"])
            return {"cpu": took["rows"] / took[name], "mib": took["mib"]}
        return run

    sizes, rows = [], 20e6
    for name in ("encode", "decode"):
        # Eight bytes a row in memory, and what they are as a stream.
        runs = interleave({"ours": part(name), "limit": triad(11 * rows)})
        line(f"stream, {name}", "pairs", rows, runs, goal="rate >= 1e8")
    report("stream", "bytes a row, user-sorted", f"{sizes[0]:.2f}", goal="<= 3.0")


# Task -> our commands, what of it is timed, and how its result is told.
TABLES = {
    "index": ("rs-clean -q {log} | rs-index -q -D tables > tables.rsi",
              "echo check $(rs-cat --count tables.rsi) $(for s in user item; do"
              " rs-cat -q tables/$s.rsi | awk '{{s += $2 * $2}} END"
              " {{printf \"%.0f %.0f \", NR, s}}'; done)"),
    "latest": ("rs-clean -q {log} | rs-index -q -D tables | rs-split -q --latest 1"
               " --test tables-test.rsi > tables.rsi",
               "echo check $(rs-cat --count tables.rsi)"
               " $(rs-cat --count tables-test.rsi) $(rs-cat -q tables-test.rsi |"
               " awk '{{s += $4}} END {{printf \"%.0f\", s}}')"),
    "core": ("rs-clean -q {log} | rs-index -q -D tables --min-user 20 --min-item 20"
             " --rounds converge > tables.rsi",
             "echo check $(rs-cat --count tables.rsi)"
             " $(rs-cat --count tables/user.rsi) $(rs-cat --count tables/item.rsi)")}


def tables():
    """Ids to numbers, each user's latest row held out, and a 20-core, from 5 M
    rows of TSV.gz, beside pandas, polars and duckdb; all results are compared."""
    log = log_of("5m", "--users 138k --items 27k --rows 5M")
    result = lambda text: re.search(r"^check (.*)$", text, re.M)[1].split()
    for task, (ours, told) in TABLES.items():
        job = f"{task} of 5 M rows"
        contenders = {"ours": partial(measured, ours.format(log=log)),
                      "limit": inflate(log)}
        for peer in ("pandas", "polars", "duckdb"):
            python = peers(peer)
            if python is None:
                skip(f"{job} beside {peer}", why_not(peer))
                continue
            contenders[peer] = partial(
                measured, f"{python} {PEERS}/frames.py {peer} {task} {log}")
        runs = interleave(contenders)
        expected = result(shell(told.format())["out"])
        for peer in contenders:
            if peer in ("ours", "limit"):
                continue
            line(job, "rows", 5e6, runs, peer=peer)
            for run in runs[peer]:
                if result(run["out"]) != expected:
                    raise RuntimeError(f"{job}: {peer} has {result(run['out'])},"
                                       f" ours {expected}")
