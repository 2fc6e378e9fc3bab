"""qrels.tsv and run.txt, which trec_eval and rs-eval judge; see eval-foreign.sh."""
import random

random.seed(11)
items = [f"p{n}" for n in range(120)] + ["z", "za", "Z", "10", "9"]
with open("qrels.tsv", "w") as test, open("run.txt", "w") as run:
    test.write("user\titem\n")
    for u in range(200):
        if u % 23 != 1:			# in the run alone
            for i in random.sample(items, random.choice([1, 2, 5, 20])):
                test.write(f"u{u}\t{i}\n")
        if u % 19 == 0:			# in the qrels alone
            continue
        for i in random.sample(items, random.choice([1, 7, 12, 60])):
            # ties, and what is a tie for floats alone
            s = random.randrange(6) + random.randrange(3) * 1e-9
            run.write(f"u{u} Q0 {i} 0 {s!r} test\n")
