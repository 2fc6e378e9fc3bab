"""The Gluon workflow's network in PyTorch: epochs of learning from ratings.

    torch_mfblock.py TRAIN.tsv TEST.tsv DIMENSIONS EPOCHS [SEED]
    torch_mfblock.py TRAIN.tsv - DIMENSIONS FRACTION THREADS

Rows are user<TAB>item<TAB>rating, by index.  Embeddings of users and items,
each through a dense layer with relu and dropout of a half, then the sum of
their product; half the squared error's mean over a batch of 1,024; SGD at .02
with momentum .9; dense gradients, as in Gluon.  Weights are drawn as MXNet's
Xavier of magnitude 60 has it, uniform within sqrt(60 / ((in + out) / 2)), an
embedding being a matrix of rows by dimensions; biases begin at 0.  What remains
of an epoch after the last whole batch begins the next one.

With TEST: "mse EPOCH TRAIN TEST LOSS" after each epoch, by one thread: without
dropout, and the mean loss while learning.  Else the CPU and wall seconds of an epoch, of which a FRACTION is learned and scaled;
five batches before it are not counted.
"""
import math
import sys

import numpy as np
import torch
from torch import nn

from pairs import peak, spent

BATCH = 1024


class MFBlock(nn.Module):
    def __init__(self, users, items, d):
        super().__init__()
        self.user, self.item = nn.Embedding(users, d), nn.Embedding(items, d)
        self.user_layer, self.item_layer = nn.Linear(d, d), nn.Linear(d, d)
        self.dropout = nn.Dropout(.5)
        for weight in (w for w in self.parameters() if w.dim() == 2):
            bound = math.sqrt(60 / (sum(weight.shape) / 2))
            nn.init.uniform_(weight, -bound, bound)
        for layer in (self.user_layer, self.item_layer):
            nn.init.zeros_(layer.bias)

    def forward(self, u, i):
        a = self.dropout(torch.relu(self.user_layer(self.user(u))))
        b = self.dropout(torch.relu(self.item_layer(self.item(i))))
        return (a * b).sum(-1)


def table(path):
    """Users, items and ratings as tensors."""
    rows = np.loadtxt(path, usecols=(0, 1, 2), ndmin=2)
    u, i, y = torch.from_numpy(rows).T
    return u.long(), i.long(), y.float()


def batches(n):
    """Without end; None after each epoch's last whole batch."""
    rest = torch.empty(0, dtype=torch.long)
    while True:
        order = torch.cat((rest, torch.randperm(n)))
        whole = len(order) // BATCH * BATCH
        yield from order[:whole].split(BATCH)
        rest = order[whole:]
        yield None


def learn(net, optimizer, rows, order, most=None):
    """One epoch, or so many batches of it; their mean loss."""
    u, i, y = rows
    net.train()
    done, total = 0, 0
    while done != most and (k := next(order)) is not None:
        optimizer.zero_grad()
        loss = .5 * (net(u[k], i[k]) - y[k]).square().mean()
        loss.backward()
        optimizer.step()
        total += loss.item()
        done += 1
    return total / done


def mse(net, rows):
    net.eval()
    with torch.no_grad():
        return sum((net(u, i) - y).square().sum(dtype=torch.float64).item()
                   for u, i, y in zip(*(c.split(65536) for c in rows))) / len(rows[0])


train, test, d, amount = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
last = int(sys.argv[5]) if len(sys.argv) > 5 else 1
timed = test == "-"
torch.manual_seed(1 if timed else last)
if not timed:
    torch.set_num_threads(1)
elif last > 0:  # 0: as many as it takes by itself
    torch.set_num_threads(last)
rows = table(train)
held = rows if timed else table(test)
known = [torch.cat(c) for c in zip(rows, held)]
net = MFBlock(*(int(side.max()) + 1 for side in known[:2]), d)
optimizer = torch.optim.SGD(net.parameters(), lr=.02, momentum=.9)
order = batches(len(rows[0]))
if timed:
    learn(net, optimizer, rows, order, 5)
    many = max(1, round(amount * len(rows[0]) / BATCH))
    begin = spent()
    learn(net, optimizer, rows, order, many)
    cpu, wall = (spent() - begin) * len(rows[0]) / BATCH / many
    print("cpu", cpu)
    print("wall", wall)
else:
    for epoch in range(1, int(amount) + 1):
        loss = learn(net, optimizer, rows, order)
        print("mse", epoch, f"{mse(net, rows):.6f} {mse(net, held):.6f} {loss:.6f}",
              flush=True)
print("peak", peak())
