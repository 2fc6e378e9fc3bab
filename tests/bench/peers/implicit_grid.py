"""A grid of the package implicit's ALS: learn, then MAP@20 on held-out pairs.

    implicit_grid.py TRAIN.tsv TEST.tsv USERS ITEMS ALPHAS FACTORS
                     REGULARIZATIONS ITERATIONS

TRAIN has user<TAB>item<TAB>weight, TEST user<TAB>item, all indices; lists have
commas.  One model after the other, each by all threads, as people run it (and
BLAS by one, as the package asks for).  A line a model, in nested order:
"point N MAP@20".
"""
import itertools
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.evaluation import mean_average_precision_at_k


def matrix(path, shape):
    table = np.loadtxt(path, dtype=np.float32, delimiter="\t", ndmin=2)
    weight = table[:, 2] if table.shape[1] > 2 else np.ones(len(table), np.float32)
    return sp.csr_matrix((weight, (table[:, 0].astype(np.int32),
                                   table[:, 1].astype(np.int32))), shape=shape)


train, test, users, items = sys.argv[1:5]
shape = int(users), int(items)
train, test = matrix(train, shape), matrix(test, shape)
numbers = lambda text: [float(x) for x in text.split(",")]
for n, (alpha, factors, reg, iterations) in enumerate(
        itertools.product(*map(numbers, sys.argv[5:9]))):
    model = AlternatingLeastSquares(
        factors=int(factors), regularization=reg, alpha=alpha,
        iterations=int(iterations), random_state=1, use_gpu=False)
    model.fit(train, show_progress=False)
    value = mean_average_precision_at_k(model, train, test, K=20,
                                        show_progress=False)
    print(f"point {n} {value:.6f}", flush=True)
