"""BPR of a peer: CPU and wall seconds of an epoch, start-up left out.

    bpr.py implicit|libmf|lightfm|lightfm-warp PAIRS.tsv FACTORS EPOCHS THREADS

An epoch is as many samples as there are distinct pairs, in all.  implicit
runs at its defaults, so it verifies negatives; LIBMF's row-oriented one-class
BPR (its function 10) draws them in the block and does not; LightFM verifies
them (lightfm-warp learns by WARP).  LIBMF tells nobody when an epoch ends: an
epoch is the difference of a long and a short run.
"""
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np

from pairs import matrix, peak, spent

peer, path = sys.argv[1:3]
factors, epochs, threads = map(int, sys.argv[3:])
x = matrix(path)


def implicit():
    from implicit.bpr import BayesianPersonalizedRanking
    model = BayesianPersonalizedRanking(factors=factors, iterations=epochs + 1,
                                        num_threads=threads, random_state=1)
    marks = []
    model.fit(x, show_progress=False, callback=lambda *a: marks.append(spent()))
    # The first epoch's mark also counts what fit prepares; leave it out.
    return (marks[-1] - marks[0]) / epochs


def libmf():
    from libmf import mf
    c = x.tocoo()
    triples = np.stack((c.row, c.col, c.data), 1).astype(np.float32)

    def run(iterations):
        begin = spent()
        mf.MF(fun=mf.P_ROW_BPR_MFOC, k=factors, nr_threads=threads,
              nr_iters=iterations, quiet=True).fit(triples)
        return spent() - begin

    short, long = run(1), run(1 + epochs)
    return (long - short) / epochs


def lightfm():
    from lightfm import LightFM
    model = LightFM(no_components=factors, loss="warp" if "warp" in peer else "bpr",
                    random_state=1)
    c = x.tocoo()
    model.fit_partial(c, epochs=0, num_threads=threads)
    begin = spent()
    model.fit_partial(c, epochs=epochs, num_threads=threads)
    return (spent() - begin) / epochs


cpu, wall = {"implicit": implicit, "libmf": libmf, "lightfm": lightfm,
             "lightfm-warp": lightfm}[peer]()
print()
print("cpu", cpu)
print("wall", wall)
print("peak", peak())
