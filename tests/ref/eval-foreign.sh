# --as prints what the tools themselves compute from the same factors, lists
# and pairs: implicit and trec_eval where they can be had,
#	python3 -m venv build/peers
#	build/peers/bin/pip install implicit pytrec-eval-terrier
# and for RecBole and MyMediaLite what their formulas say, written out plainly.
python=$RS_ROOT/build/peers/bin/python
[ -x "$python" ] || python=python3
"$python" -c 'import numpy' 2>/dev/null || {
    echo "numpy is not installed for $python"
    exit 77
}
set -e -o pipefail

# Some users and items have no train pairs, so their factors are 0 and tie.
rs-synth shop --users 300 --items 70 --rows 5000 2>/dev/null |
    rs-clean -q -c user=USER_ID,item=ITEM_ID >all.rsi
rs-index -q -D ids <all.rsi >indexed.rsi
rs-cat --header -D ids -f csv indexed.rsi >all.csv
awk -F, 'NR == 1 || ($1 % 17 != 3 && (NR * 7919) % 10 >= 3)' all.csv >train.csv
awk -F, 'NR == 1 || ($1 % 17 == 3 && NR % 2) || ($1 % 17 != 3 && (NR * 7919) % 10 < 2)' all.csv >test.csv
for part in train test; do
    rs-clean -q -c user=user,item=item $part.csv | rs-index -q -D ids --frozen >$part.rsi
done
rs-fit als -q -o als.model -d 6 -e 4 -D ids <train.rsi
rs-cat -f csv train.rsi >train.idx
rs-cat -f csv test.rsi >test.idx
for tool in implicit recbole mymedialite; do
    rs-eval -q -m als.model --test test.rsi --as $tool >$tool.tsv
done
rs-eval -q -m als.model --test test.rsi --as implicit -k 3 >implicit3.tsv

cat >make.py <<'EOF'
import random
random.seed(11)
items = [f"p{n}" for n in range(120)] + ["z", "za", "Z", "10", "9"]
with open("qrels.tsv", "w") as test, open("run.txt", "w") as run:
    test.write("user\titem\n")
    for u in range(200):
        if u % 23 != 1:			# in the run alone
            for i in random.sample(items, random.choice([1, 2, 5, 20])):
                test.write(f"u{u}\t{i}\n")
        if u % 19 == 0:			# in the qrels alone
            continue
        for i in random.sample(items, random.choice([1, 7, 12, 60])):
            # ties, and what is a tie for floats alone
            s = random.randrange(6) + random.randrange(3) * 1e-9
            run.write(f"u{u} Q0 {i} 0 {s!r} test\n")
EOF
"$python" make.py
rs-clean -q qrels.tsv -c user=user,item=item >qrels.rsi
rs-eval -q --recs run.txt --test qrels.rsi --as trec -f json >trec.json

cat >compare.py <<'EOF'
import collections, json, math, struct, warnings
import numpy as np
warnings.filterwarnings("ignore")
bad = checked = 0

def ours(path):
    return {l.split("\t")[0]: float(l.split("\t")[1]) for l in open(path)}

def same(tool, name, have, want, slack):
    global bad, checked
    checked += 1
    if not abs(have - want) <= slack:
        bad += 1
        print(f"{tool}: {name}: {have}, not {want}")

def pairs(path):
    d = collections.defaultdict(set)
    for l in open(path):
        u, i = l.strip().split(",")[:2]
        d[int(u)].add(int(i))
    return d

raw = open("als.model", "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
head = json.loads(raw[8:8 + size])

def tensor(name):
    a, b = head[name]["data_offsets"]
    return np.frombuffer(raw[8 + size + a:8 + size + b], "<f4").reshape(
        head[name]["shape"]).copy()

P, Q = tensor("user_factors"), tensor("item_factors")
train, test = pairs("train.idx"), pairs("test.idx")
scores = (P.astype("f8") @ Q.astype("f8").T).astype("f4")

try:
    import implicit, scipy.sparse as sp
    from implicit.evaluation import ranking_metrics_at_k
except ImportError:
    implicit = None
    print("implicit is not there")
if implicit:
    def matrix(d):
        row = [u for u in d for _ in d[u]]
        col = [i for u in d for i in d[u]]
        return sp.csr_matrix((np.ones(len(row), "f4"), (row, col)),
                             shape=(len(P), len(Q)))
    m = implicit.als.AlternatingLeastSquares(factors=P.shape[1])
    m.user_factors, m.item_factors = P, Q
    for k, path in (10, "implicit.tsv"), (3, "implicit3.tsv"):
        want = ranking_metrics_at_k(m, matrix(train), matrix(test), K=k,
                                    show_progress=False)
        have = ours(path)
        assert set(have) == set(want), "names"
        for name in want:
            same("implicit", f"{name} of {k}", have[name], want[name], 2e-6)

# Orders of equal scores are all tried by drawing many.
rng = np.random.default_rng(1)

def ranked(u, items, seen):
    c = np.array(sorted(set(items) - seen))
    c = rng.permutation(c)
    return [int(i) for i in c[np.argsort(-scores[u, c], kind="stable")]]

def recbole(k=10):
    sums = collections.Counter()
    for u in test:
        top = ranked(u, range(len(Q)), train[u])[:k]
        hit = [i in test[u] for i in top]
        n = len(test[u])
        sums["recall"] += sum(hit) / n
        sums["precision"] += sum(hit) / k
        sums["hit"] += any(hit)
        sums["mrr"] += 1 / (hit.index(True) + 1) if any(hit) else 0
        sums["ndcg"] += sum(h / math.log2(r + 2) for r, h in enumerate(hit)) \
            / sum(1 / math.log2(r + 2) for r in range(min(n, k)))
        sums["map"] += sum(sum(hit[:r + 1]) / (r + 1)
                           for r, h in enumerate(hit) if h) / min(n, k)
    return {f"{m}@{k}": s / len(test) for m, s in sums.items()}

def mymedialite():
    cand = set().union(*train.values(), *test.values())
    sums, users = collections.Counter(), 0
    for u in test:
        correct, ignored = test[u], train[u]
        if len(correct) == len(cand) - len(ignored & cand):
            continue
        users += 1
        rank = ranked(u, cand, ignored)
        hit = [i in correct for i in rank]
        at = [r for r, h in enumerate(hit) if h]
        right = sum(len(rank) - 1 - r - (len(at) - 1 - j)
                    for j, r in enumerate(at))
        right += len(at) * -(len(correct) - len(at))
        pairs = len(at) * (len(rank) - len(at))
        sums["AUC"] += right / pairs if pairs else 0.5
        sums["MAP"] += sum((j + 1) / (r + 1)
                           for j, r in enumerate(at)) / len(correct)
        sums["NDCG"] += sum(1 / math.log2(r + 2) for r in at) / \
            sum(1 / math.log2(r + 2) for r in range(len(correct)))
        sums["MRR"] += 1 / (at[0] + 1) if at else 0
        for n in 5, 10:
            sums[f"prec@{n}"] += sum(hit[:n]) / n
            sums[f"recall@{n}"] += sum(hit[:n]) / len(correct)
    out = {m: s / users for m, s in sums.items()}
    out.update(num_users=users, num_lists=users, num_items=len(cand))
    return out

TIMES = 60
for tool, path in (recbole, "recbole.tsv"), (mymedialite, "mymedialite.tsv"):
    runs = [tool() for _ in range(TIMES)]
    have = ours(path)
    assert set(have) == set(runs[0]), (set(have) ^ set(runs[0]))
    for name in have:
        x = np.array([r[name] for r in runs])
        same(tool.__name__, name, have[name], x.mean(),
             5 * x.std() / math.sqrt(TIMES) + 6e-5)

try:
    import pytrec_eval
except ImportError:
    pytrec_eval = None
    print("pytrec_eval is not there")
if pytrec_eval:
    qrels, run = {}, {}
    for l in open("qrels.tsv").read().split("\n")[1:-1]:
        u, i = l.split("\t")
        qrels.setdefault(u, {})[i] = 1
    for l in open("run.txt"):
        u, _, i, _, s, _ = l.split()
        run.setdefault(u, {})[i] = float(s)
    cuts = "5,10,15,20,30,100,200,500,1000"
    asked = {"num_q", "num_ret", "num_rel", "num_rel_ret", "map", "Rprec",
             "recip_rank", "ndcg", "success.1,5,10"} | {
        f"{m}.{cuts}" for m in ("P", "recall", "map_cut", "ndcg_cut")}
    got = pytrec_eval.RelevanceEvaluator(qrels, asked).evaluate(run)
    have = {m["metric"]: m["value"]
            for m in json.load(open("trec.json"))["metrics"]}
    names = set(next(iter(got.values())))
    assert set(have) == names, set(have) ^ names
    for name in sorted(names):
        want = pytrec_eval.compute_aggregated_measure(
            name, [v[name] for v in got.values()])
        same("trec_eval", name, have[name], want, 1e-9)
print(f"{checked} figures compared, {bad} differ")
raise SystemExit(bad > 0)
EOF
"$python" compare.py
