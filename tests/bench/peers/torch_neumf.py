"""NeuMF in PyTorch: CPU and wall seconds of an epoch, sampling included.

    torch_neumf.py PAIRS.tsv usual|lean FRACTION THREADS
    torch_neumf.py PAIRS.tsv score PAIRS_TO_SCORE THREADS

32 factors beside an MLP of 256, 128, 64, 32 on embeddings of 128; four
negatives a pair, drawn anew; log loss, Adam at .001, batches of 256.  usual is
how replications have it: items drawn one by one in a Python loop and looked up
among the pairs, a DataLoader over the rows, dense gradients, Adam at its
defaults.  lean is what PyTorch can do when nothing is left to Python: draws and
batches by tensors, fused Adam.  FRACTION is the share of the pairs whose
negatives are drawn and whose batches are learned; what that took is divided by
it.  What comes before (reading, the look-up table, twenty batches) is not
counted.  THREADS 0: as many as PyTorch takes by itself.  The DataLoader works
in this process: more would cost more CPU.

score: pairs a second by batches of 8,192, without gradients.
"""
import sys

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from pairs import matrix, peak, spent

FACTORS, DEPTH, NEGATIVES, BATCH = 32, 3, 4, 256


class NeuMF(nn.Module):
    def __init__(self, users, items):
        super().__init__()
        wide = FACTORS << DEPTH
        self.user_gmf, self.item_gmf = nn.Embedding(users, FACTORS), nn.Embedding(items, FACTORS)
        self.user_mlp, self.item_mlp = nn.Embedding(users, wide // 2), nn.Embedding(items, wide // 2)
        for table in (self.user_gmf, self.item_gmf, self.user_mlp, self.item_mlp):
            nn.init.normal_(table.weight, std=.01)
        layers = []
        for k in range(DEPTH):
            layers += [nn.Linear(wide >> k, wide >> (k + 1)), nn.ReLU()]
        self.mlp = nn.Sequential(*layers)
        self.output = nn.Linear(2 * FACTORS, 1)

    def forward(self, u, i):
        gmf = self.user_gmf(u) * self.item_gmf(i)
        mlp = self.mlp(torch.cat((self.user_mlp(u), self.item_mlp(i)), -1))
        return self.output(torch.cat((gmf, mlp), -1)).view(-1)


class Rows(Dataset):
    """Pairs and their negatives as Python lists, row by row."""
    def __init__(self, positives, items, known):
        self.positives, self.items, self.known = positives, items, known
        self.rows, self.labels = positives, [1] * len(positives)

    def draw(self):
        negatives = []
        for u, _ in self.positives:
            for _ in range(NEGATIVES):
                i = np.random.randint(self.items)
                while (u, i) in self.known:
                    i = np.random.randint(self.items)
                negatives.append([u, i])
        self.rows = self.positives + negatives
        self.labels = [1] * len(self.positives) + [0] * len(negatives)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, k):
        return self.rows[k][0], self.rows[k][1], self.labels[k]


def usual(x, some):
    """An epoch's sampling, then its batches."""
    known = set(zip(x.row.tolist(), x.col.tolist()))
    rows = Rows([[int(x.row[k]), int(x.col[k])] for k in some], x.shape[1], known)
    loader = DataLoader(rows, batch_size=BATCH, shuffle=True)

    def epoch():
        rows.draw()
        for u, i, label in loader:
            yield u, i, label.float()
    return epoch


def lean(x, some):
    users, items = x.shape
    known = torch.zeros(users * items, dtype=torch.bool)
    known[torch.from_numpy(x.row.astype(np.int64) * items + x.col)] = True
    u, i = (torch.from_numpy(a[some]).long() for a in (x.row, x.col))

    def epoch():
        many = u.repeat(NEGATIVES)
        j = torch.randint(items, many.shape)
        while (again := known[many * items + j].nonzero().view(-1)).numel():
            j[again] = torch.randint(items, again.shape)
        all_u, all_i = torch.cat((u, many)), torch.cat((i, j))
        for k in torch.randperm(len(all_u)).split(BATCH):
            yield all_u[k], all_i[k], (k < len(u)).float()
    return epoch


def learn(net, optimizer, batches):
    loss_of = nn.BCEWithLogitsLoss()
    for u, i, label in batches:
        optimizer.zero_grad()
        loss_of(net(u, i), label).backward()
        optimizer.step()


def train(x, how, fraction):
    net = NeuMF(*x.shape)
    optimizer = torch.optim.Adam(net.parameters(), lr=.001,
                                 fused=True if how == "lean" else None)
    order = np.random.permutation(x.nnz)
    make = {"usual": usual, "lean": lean}[how]
    learn(net, optimizer, make(x, order[:20 * BATCH // (1 + NEGATIVES)])())
    some = order[:round(fraction * x.nnz)]
    epoch = make(x, some)
    begin = spent()
    learn(net, optimizer, epoch())
    cpu, wall = (spent() - begin) * x.nnz / len(some)
    print("cpu", cpu)
    print("wall", wall)


def score(x, n):
    net = NeuMF(*x.shape).eval()
    u, i = (torch.randint(side, (n,)) for side in x.shape)
    with torch.no_grad():
        net(u[:8192], i[:8192])
        begin = spent()
        for a, b in zip(u.split(8192), i.split(8192)):
            torch.sigmoid(net(a, b))
        print("rate", n / (spent() - begin)[0])


path, how, amount, threads = sys.argv[1:]
if int(threads) > 0:
    torch.set_num_threads(int(threads))
torch.manual_seed(1)
np.random.seed(1)
pairs = matrix(path).tocoo()
if how == "score":
    score(pairs, int(amount))
else:
    train(pairs, how, float(amount))
print("peak", peak())
