"""What the peers share: pairs of user<TAB>item indices as a matrix of distinct
ones, and what the process has spent."""
import os
import resource
import time

import numpy as np
import scipy.sparse as sp


def matrix(path):
    cache = path + ".npz"
    if os.path.exists(cache):
        return sp.load_npz(cache)
    user, item = np.loadtxt(path, dtype=np.int32, usecols=(0, 1), ndmin=2).T
    m = sp.csr_matrix((np.ones(len(user), np.float32), (user, item)))
    m.data[:] = 1
    sp.save_npz(cache, m, compressed=False)
    return m


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spent():
    """CPU and wall seconds until now."""
    u = resource.getrusage(resource.RUSAGE_SELF)
    return np.array([u.ru_utime + u.ru_stime, time.monotonic()])
