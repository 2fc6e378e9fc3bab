"""CPU seconds of implicit's recommend for all users, seen items filtered.

    implicit_topk.py MODEL.safetensors PAIRS.tsv K

The factors are those of our model, so that both do the same work; reading them
is not counted.  PAIRS are indices.
"""
import json
import resource
import struct
import sys
import numpy as np
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares

path, pairs, k = sys.argv[1], sys.argv[2], int(sys.argv[3])
raw = open(path, "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
head = json.loads(raw[8:8 + size])


def tensor(name):
    t = head[name]
    begin, end = t["data_offsets"]
    return np.frombuffer(raw[8 + size + begin:8 + size + end],
                         "<f4").reshape(t["shape"]).copy()


model = AlternatingLeastSquares(factors=1)
model.user_factors = tensor("user_factors")
model.item_factors = tensor("item_factors")
users, items = len(model.user_factors), len(model.item_factors)
row, column = np.loadtxt(pairs, dtype=np.int64, ndmin=2, usecols=(0, 1)).T
seen = scipy.sparse.csr_matrix(
    (np.ones(len(row), np.float32), (row, column)), shape=(users, items))


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


begin = cpu()
for first in range(0, users, 4096):
    batch = np.arange(first, min(first + 4096, users))
    model.recommend(batch, seen[batch], N=k, filter_already_liked_items=True)
print("cpu", cpu() - begin)
