"""Factors of ratings by a peer: CPU and wall seconds of an epoch.

    rating_epochs.py libmf|surprise RATINGS.tsv FACTORS EPOCHS

RATINGS has user<TAB>item<TAB>rating, by index.  LIBMF's function 0, squared
error without biases; Surprise's SVD, with them; one thread each, and their
defaults.  Neither tells when an epoch ends: it is the difference of a long run
and a short one.
"""
import sys

import numpy as np

from pairs import peak, spent

peer, path = sys.argv[1:3]
factors, epochs = map(int, sys.argv[3:])
rows = np.loadtxt(path, usecols=(0, 1, 2), ndmin=2)


def libmf():
    from libmf import mf
    triples = rows.astype(np.float32)
    return lambda n: mf.MF(fun=mf.P_L2_MFR, k=factors, nr_threads=1, nr_iters=n,
                           quiet=True).fit(triples)


def surprise():
    from surprise import SVD, Trainset
    by_user, by_item = {}, {}
    for u, i, r in rows:
        by_user.setdefault(int(u), []).append((int(i), r))
        by_item.setdefault(int(i), []).append((int(u), r))
    # The dictionaries of raw ids are not looked at while learning.
    train = Trainset(by_user, by_item, len(by_user), len(by_item), len(rows),
                     (rows[:, 2].min(), rows[:, 2].max()), {}, {})
    return lambda n: SVD(n_factors=factors, n_epochs=n).fit(train)


def took(fit, n):
    begin = spent()
    fit(n)
    return spent() - begin


fit = {"libmf": libmf, "surprise": surprise}[peer]()
cpu, wall = (-took(fit, 1) + took(fit, 1 + epochs)) / epochs
print()
print("cpu", cpu)
print("wall", wall)
print("peak", peak())
