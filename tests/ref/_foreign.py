"""What other tools and formulas say, beside the tables of rs-eval that
eval-foreign.sh left here; fails where they differ."""
import collections
import json
import math
import struct
import warnings

import numpy as np

CUTS = "5,10,15,20,30,100,200,500,1000"
TIMES = 60  # orders of equal scores, drawn
checked = bad = 0


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


def factors(path):
    """Of users and items, as safetensors has them."""
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8:8 + size])
    for name in "user_factors", "item_factors":
        a, b = head[name]["data_offsets"]
        yield np.frombuffer(raw[8 + size + a:8 + size + b], "<f4").reshape(
            head[name]["shape"]).copy()


P, Q = factors("als.model")
train, test = pairs("train.idx"), pairs("test.idx")
scores = (P.astype("f8") @ Q.astype("f8").T).astype("f4")
rng = np.random.default_rng(1)


def implicit():
    try:
        from implicit.als import AlternatingLeastSquares
        from implicit.evaluation import ranking_metrics_at_k
        from scipy.sparse import csr_matrix
    except ImportError:
        return print("implicit is not there")

    def matrix(d):
        row = [u for u in d for _ in d[u]]
        col = [i for u in d for i in d[u]]
        return csr_matrix((np.ones(len(row), "f4"), (row, col)),
                          shape=(len(P), len(Q)))
    m = AlternatingLeastSquares(factors=P.shape[1])
    m.user_factors, m.item_factors = P, Q
    for k, path in (10, "implicit.tsv"), (3, "implicit3.tsv"):
        want = ranking_metrics_at_k(m, matrix(train), matrix(test), K=k,
                                    show_progress=False)
        have = ours(path)
        assert set(have) == set(want), "names"
        for name in want:
            same("implicit", f"{name} of {k}", have[name], want[name], 2e-6)


def ranked(u, items, seen):
    """Best first, equal scores in any order."""
    c = rng.permutation(np.array(sorted(set(items) - seen)))
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


def formula(tool, path):
    """Ours is the mean over all orders of equal scores, theirs over those drawn."""
    runs = [tool() for _ in range(TIMES)]
    have = ours(path)
    assert set(have) == set(runs[0]), set(have) ^ set(runs[0])
    for name in have:
        x = np.array([r[name] for r in runs])
        same(tool.__name__, name, have[name], x.mean(),
             5 * x.std() / math.sqrt(TIMES) + 6e-5)


def trec_eval():
    try:
        import pytrec_eval
    except ImportError:
        return print("pytrec_eval is not there")
    qrels, run = {}, {}
    for line in open("qrels.tsv").read().split("\n")[1:-1]:
        u, i = line.split("\t")
        qrels.setdefault(u, {})[i] = 1
    for line in open("run.txt"):
        u, _, i, _, s, _ = line.split()
        run.setdefault(u, {})[i] = float(s)
    asked = {"num_q", "num_ret", "num_rel", "num_rel_ret", "map", "Rprec",
             "recip_rank", "ndcg", "success.1,5,10"} | {
        f"{m}.{CUTS}" for m in ("P", "recall", "map_cut", "ndcg_cut")}
    got = pytrec_eval.RelevanceEvaluator(qrels, asked).evaluate(run)
    have = {m["metric"]: m["value"]
            for m in json.load(open("trec.json"))["metrics"]}
    names = set(next(iter(got.values())))
    assert set(have) == names, set(have) ^ names
    for name in sorted(names):
        want = pytrec_eval.compute_aggregated_measure(
            name, [v[name] for v in got.values()])
        same("trec_eval", name, have[name], want, 1e-9)


warnings.filterwarnings("ignore")
implicit()
formula(recbole, "recbole.tsv")
formula(mymedialite, "mymedialite.tsv")
trec_eval()
print(f"{checked} figures compared, {bad} differ")
raise SystemExit(bad > 0)
