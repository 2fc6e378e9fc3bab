"""ranx's values of given lists: python eval_ranx.py TEST.tsv LISTS.csv METRICS

TEST.tsv has user, item; LISTS.csv has user, item, score; METRICS are ranx's
names with commas between.  Prints "name value" for each, then the CPU seconds
of making its own tables of what Python has read ("tables"), and of evaluate()
alone, once it is compiled ("evaluate").
"""
import resource
import sys

from ranx import Qrels, Run, evaluate


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def table(path, separator):
    """user -> item -> score, or 1."""
    users = {}
    with open(path) as f:
        for line in f:
            user, item, *score = line.rstrip("\n").split(separator)
            users.setdefault(user, {})[item] = float(score[0]) if score else 1
    return users


metrics = sys.argv[3].split(",")
# It compiles itself at its first call; that is nobody's evaluation.
evaluate(Qrels({"q": {"d": 1}}), Run({"q": {"d": 1.0}}), metrics)
test, lists = table(sys.argv[1], "\t"), table(sys.argv[2], ",")
begin = cpu()
qrels, run = Qrels(test), Run(lists)
made = cpu()
values = evaluate(qrels, run, metrics)
done = cpu()
for name in metrics:
    print(name, repr(float(values[name])))
print("tables", made - begin)
print("evaluate", done - made)
