"""The package implicit on our split: learn, then recommend to everybody.

    implicit_als.py TRAIN.tsv USERS ITEMS FACTORS REGULARIZATION ALPHA
                    ITERATIONS SEED RECS.tsv

TRAIN has user<TAB>item indices; RECS gets user<TAB>item<TAB>score, ten a user
that has training pairs.
"""
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares

train, users, items, factors, reg, alpha, iterations, seed, out = sys.argv[1:]
pairs = np.loadtxt(train, dtype=np.int64, delimiter="\t", usecols=(0, 1), ndmin=2)
matrix = sp.csr_matrix((np.ones(len(pairs), dtype=np.float32),
                        (pairs[:, 0], pairs[:, 1])),
                       shape=(int(users), int(items)))
matrix.data[:] = 1
model = AlternatingLeastSquares(factors=int(factors), regularization=float(reg),
                                alpha=float(alpha), iterations=int(iterations),
                                random_state=int(seed), use_gpu=False)
model.fit(matrix, show_progress=False)
who = np.flatnonzero(np.diff(matrix.indptr))
ids, scores = model.recommend(who, matrix[who], N=10)
with open(out, "w") as f:
    for u, row, s in zip(who, ids, scores):
        for i, x in zip(row, s):
            f.write(f"{u}\t{i}\t{x:.9g}\n")
