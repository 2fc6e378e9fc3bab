"""Seconds of user time of OpenBLAS for all scores, nothing selected.

    sgemm.py USERS ITEMS FACTORS

The product goes by in pieces of 4096 users, because nobody has room for all
of it; one thread.
"""
import os
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import resource
import sys
import numpy as np

users, items, d = map(int, sys.argv[1:])
random = np.random.default_rng(0)
a = random.standard_normal((users, d), dtype=np.float32)
b = random.standard_normal((items, d), dtype=np.float32)
out = np.zeros((4096, items), np.float32)


def user():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


begin = user()
for first in range(0, users, 4096):
    n = min(4096, users - first)
    np.matmul(a[first:first + n], b.T, out=out[:n])
seconds = user() - begin
print("seconds", seconds)
print("gflops", 2e-9 * users * items * d / seconds)
