"""Implicit ALS of a peer: CPU seconds and memory of an iteration, and the loss.

    als.py irspack|implicit PAIRS.tsv FACTORS EPOCHS [loss]

PAIRS has user<TAB>item indices.  One thread.  irspack learns iALS with an
unobserved weight of .02, regularization .003 and nu 1, by three steps of
conjugate gradients; implicit with its defaults.  With "loss" the iALS
objective follows each iteration of irspack ("loss N VALUE").
"""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np

from pairs import matrix, peak, spent

peer, path, factors, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
UNOBSERVED, REGULARIZATION = 0.02, 0.003


def objective(x, users, items):
    users, items = users.astype(np.float64), items.astype(np.float64)
    c, seen = x.tocoo(), 0.0
    for k in range(0, c.nnz, 1 << 18):
        s = np.einsum("ij,ij->i", users[c.row[k:k + (1 << 18)]],
                      items[c.col[k:k + (1 << 18)]])
        seen += ((s - 1) ** 2).sum()
    by_user = np.diff(x.indptr) + UNOBSERVED * x.shape[1]
    by_item = np.bincount(x.indices, minlength=x.shape[1]) + UNOBSERVED * x.shape[0]
    norms = (by_user * (users ** 2).sum(1)).sum() + (by_item * (items ** 2).sum(1)).sum()
    return (seen + UNOBSERVED * ((users.T @ users) * (items.T @ items)).sum()
            + REGULARIZATION * norms)


x = matrix(path)
cpu = lambda: spent()[0]
total = 0.0
if peer == "irspack":
    from irspack.recommenders import IALSRecommender
    trainer = IALSRecommender(x, n_components=factors, alpha0=UNOBSERVED,
                              reg=REGULARIZATION, nu=1.0, n_threads=1,
                              max_cg_steps=3, solver_type="CG")._create_trainer()
    for epoch in range(epochs):
        begin = cpu()
        trainer.run_epoch()
        total += cpu() - begin
        if sys.argv[5:] == ["loss"]:
            core = trainer.core_trainer
            print("loss", epoch + 1, f"{objective(x, core.user, core.item):.9g}")
else:
    from implicit.als import AlternatingLeastSquares
    begin = cpu()
    model = AlternatingLeastSquares(factors=factors, iterations=epochs, num_threads=1)
    marks = []
    model.fit(x, show_progress=False, callback=lambda *a: marks.append(cpu()))
    # The first iteration's mark also counts what fit prepares; leave it out.
    total = (marks[-1] - marks[0]) * epochs / max(1, epochs - 1)
print("cpu", total / epochs)
print("peak", peak())
