# Every user's values are those that trec_eval and ranx compute from the same
# run, where one of them can be had:
#	python3 -m venv build/peers
#	build/peers/bin/pip install ranx pytrec-eval-terrier
python=$RS_ROOT/build/peers/bin/python
[ -x "$python" ] || python=python3
"$python" -c 'import ranx' 2>/dev/null ||
    "$python" -c 'import pytrec_eval' 2>/dev/null || {
    echo "neither ranx nor pytrec_eval is installed for $python"
    exit 77
}
# ranx compiles itself for a minute, once.
export NUMBA_CACHE_DIR=$RS_ROOT/build/numba
set -e -o pipefail

cat >make.py <<'END'
import random
random.seed(7)
items = [f"i{n}" for n in range(400)]
with open("test.tsv", "w") as test, open("run.txt", "w") as run:
    test.write("user\titem\n")
    for u in range(300):
        for i in random.sample(items, random.choice([1, 2, 3, 8, 40])):
            test.write(f"u{u}\t{i}\n")
        if u % 29 == 0:			# nobody recommends to them
            continue
        n = random.choice([5, 20, 60])
        score = random.sample(range(1000000), n)
        for i, s in zip(random.sample(items, n), score):
            run.write(f"u{u} Q0 {i} 0 {s / 128} test\n")
END
"$python" make.py
rs-clean test.tsv -c user=user,item=item >test.rsi
rs-eval --recs run.txt --test test.rsi --per-user got.tsv -q --metrics \
    p@5,p@10,recall@10,recall@30,map@10:rel,map@30:rel,ndcg@10,ndcg@30,hr@10,mrr \
    >all.tsv

cat >compare.py <<'END'
import csv

rows = list(csv.DictReader(open("got.tsv"), delimiter="\t"))
got = {r["user"]: r for r in rows}
qrels, run = {}, {}
for r in csv.DictReader(open("test.tsv"), delimiter="\t"):
    qrels.setdefault(r["user"], {})[r["item"]] = 1
for line in open("run.txt"):
    u, _, i, _, s, _ = line.split()
    run.setdefault(u, {})[i] = float(s)
assert set(got) == set(qrels), "every user with test items has a line"

# name: (trec_eval's, ranx's)
names = {
    "p@5": ("P_5", "precision@5"),
    "p@10": ("P_10", "precision@10"),
    "recall@10": ("recall_10", "recall@10"),
    "recall@30": ("recall_30", "recall@30"),
    "map@10:rel": ("map_cut_10", "map@10"),
    "map@30:rel": ("map_cut_30", "map@30"),
    "ndcg@10": ("ndcg_cut_10", "ndcg@10"),
    "ndcg@30": ("ndcg_cut_30", "ndcg@30"),
    "hr@10": ("success_10", "hit_rate@10"),
    "mrr": ("recip_rank", "mrr"),
}
bad = 0


def compare(peer, name, user, want):
    global bad
    have = float(got[user][name])
    if abs(have - want) > 1e-9:
        bad += 1
        if bad < 20:
            print(f"{peer}: {user} {name}: {have}, not {want}")


checked = 0
try:
    import pytrec_eval
except ImportError:
    pytrec_eval = None
if pytrec_eval:
    asked = {"P.5,10", "recall.10,30", "map_cut.10,30", "ndcg_cut.10,30",
             "success.10", "recip_rank"}
    for user, v in pytrec_eval.RelevanceEvaluator(qrels, asked).evaluate(
            run).items():
        for name, (trec, _) in names.items():
            compare("trec_eval", name, user, v[trec])
            checked += 1
try:
    import ranx
except ImportError:
    ranx = None
if ranx:
    full = {u: run.get(u, {"nothing": 0.0}) for u in qrels}
    r = ranx.Run(full)
    ranx.evaluate(ranx.Qrels(qrels), r, [b for _, b in names.values()],
                  return_mean=False)
    for name, (_, theirs) in names.items():
        for user, want in r.scores[theirs].items():
            compare("ranx", name, user, want)
            checked += 1
for user in qrels:
    if user not in run:
        assert all(float(got[user][n]) == 0 for n in names), user
print(f"{checked} values compared, {bad} differ")
raise SystemExit(bad > 0 or checked == 0)
END
"$python" compare.py
