"""Spotlight's model in PyTorch: CPU and wall seconds of an epoch.

    torch_mf.py PAIRS.tsv DIMENSIONS BATCH EPOCHS THREADS LOSS plain|fused

Embeddings and biases of users and items, Adam at .01, one uniform negative a
pair (five for adaptive-hinge), as Spotlight 0.1.6 does it, but written without
its detours (it shuffles and converts in numpy).  plain is Adam at its
defaults, as Spotlight has it; fused is PyTorch's quickest.  A hundred batches go
before, not counted.
"""
import sys

import torch

from pairs import matrix, peak, spent

path = sys.argv[1]
dimensions, batch, epochs, threads = map(int, sys.argv[2:6])
loss, adam = sys.argv[6:]
torch.set_num_threads(threads)
torch.manual_seed(1)
x = matrix(path).tocoo()
users, items = (torch.from_numpy(a).long() for a in (x.row, x.col))


class Net(torch.nn.Module):
    def __init__(self, users, items):
        super().__init__()
        table = lambda n, d, sd: torch.nn.Embedding.from_pretrained(
            torch.randn(n, d) * sd, freeze=False)
        self.user, self.user_bias = table(users, dimensions, 1 / dimensions), table(users, 1, 0)
        self.item, self.item_bias = table(items, dimensions, 1 / dimensions), table(items, 1, 0)

    def forward(self, u, i):
        dot = (self.user(u) * self.item(i)).sum(-1)
        return dot + self.user_bias(u).squeeze(-1) + self.item_bias(i).squeeze(-1)


def pointwise(good, bad):
    return (1 - torch.sigmoid(good)).mean() + torch.sigmoid(bad).mean()


def bpr(good, bad):
    return (1 - torch.sigmoid(good - bad)).mean()


def hinge(good, bad):
    return torch.clamp(bad - good + 1, min=0).mean()


def adaptive_hinge(good, bad):
    return hinge(good, bad.max(0)[0])


losses = {"pointwise": pointwise, "bpr": bpr, "hinge": hinge,
          "adaptive-hinge": adaptive_hinge}
net = Net(*x.shape)
optimizer = torch.optim.Adam(net.parameters(), lr=0.01, fused=adam == "fused")


def learn(order):
    for u, i in zip(users[order].split(batch), items[order].split(batch)):
        shape = (5, len(u)) if loss == "adaptive-hinge" else (len(u),)
        j = torch.randint(x.shape[1], shape)
        optimizer.zero_grad()
        losses[loss](net(u, i), net(u.expand(shape), j)).backward()
        optimizer.step()


shuffled = lambda: torch.randperm(len(users))
learn(shuffled()[:100 * batch])
begin = spent()
for _ in range(epochs):
    learn(shuffled())
cpu, wall = (spent() - begin) / epochs
print("cpu", cpu)
print("wall", wall)
print("peak", peak())
