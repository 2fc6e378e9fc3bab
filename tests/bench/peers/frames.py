"""Data frames and SQL on a log, as their users write it.

    frames.py pandas|polars|duckdb index|latest|core LOG.tsv.gz

The log has user_id, item_id, rating and timestamp.  index gives users and items
dense numbers; latest holds out each user's latest row (of equal times the later
row), but keeps users of one row; core drops users and items of fewer than 20
rows until none is left.  Threads: as many as the package takes by itself.
Prints "check" and what the result can be told by.
"""
import sys

peer, task, path = sys.argv[1:]
LEAST = 20


class Pandas:
    def __init__(self):
        import pandas
        self.log = pandas.read_csv(path, sep="\t")

    def index(self):
        log, sides = self.log, []
        for column in ("user_id", "item_id"):
            log[column], ids = log[column].factorize()
            n = log[column].value_counts()
            sides += [len(ids), int((n * n).sum())]
        return len(log), *sides

    def latest(self):
        order = self.log.sort_values("timestamp", kind="stable")
        users = order.groupby("user_id")
        late = (users.cumcount(ascending=False) == 0) & (
            users["user_id"].transform("size") > 1)
        train, test = order[~late], order[late]
        return len(train), len(test), int(test["timestamp"].sum())

    def core(self):
        log, rows = self.log, -1
        while rows != len(log):
            rows = len(log)
            for column in ("user_id", "item_id"):
                log = log[log.groupby(column)[column].transform("size") >= LEAST]
        return len(log), log["user_id"].nunique(), log["item_id"].nunique()


class Polars:
    def __init__(self):
        import polars
        self.pl = polars
        self.log = polars.read_csv(path, separator="\t")

    def index(self):
        log, sides = self.log, []
        for column in ("user_id", "item_id"):
            ids = log[column].unique(maintain_order=True).to_frame().with_row_index(
                column + "_index")
            log = log.join(ids, on=column).drop(column)
            n = log[column + "_index"].value_counts()["count"].cast(self.pl.Int64)
            sides += [len(ids), (n * n).sum()]
        return len(log), *sides

    def latest(self):
        pl = self.pl
        order = self.log.sort("timestamp", maintain_order=True).with_columns(
            late=(pl.int_range(pl.len(), dtype=pl.UInt32).over("user_id")
                  == pl.len().over("user_id") - 1) & (pl.len().over("user_id") > 1))
        train, test = order.filter(~pl.col("late")), order.filter("late")
        return len(train), len(test), test["timestamp"].sum()

    def core(self):
        log, rows = self.log, -1
        while rows != len(log):
            rows = len(log)
            for column in ("user_id", "item_id"):
                log = log.filter(self.pl.len().over(column) >= LEAST)
        return len(log), log["user_id"].n_unique(), log["item_id"].n_unique()


class Duckdb:
    def __init__(self):
        import duckdb
        self.db = duckdb.connect()
        self.run("CREATE TABLE log AS SELECT *, row_number() OVER () AS place"
                 f" FROM read_csv('{path}', delim='\t', header=true)")

    def run(self, query):
        return self.db.execute(query).fetchone()

    def index(self):
        sides = []
        for column in ("user_id", "item_id"):
            self.run(f"CREATE TABLE {column}s AS SELECT {column}, count(*) AS n,"
                     " row_number() OVER (ORDER BY min(place)) - 1 AS number"
                     f" FROM log GROUP BY {column}")
            sides += self.run(f"SELECT count(*), sum(n * n)::BIGINT FROM {column}s")
        self.run("CREATE TABLE rows AS SELECT user_ids.number AS user,"
                 " item_ids.number AS item, rating, timestamp FROM log"
                 " JOIN user_ids USING (user_id) JOIN item_ids USING (item_id)")
        return *self.run("SELECT count(*) FROM rows"), *sides

    def latest(self):
        self.run("CREATE TABLE split AS SELECT *, row_number() OVER (PARTITION BY"
                 " user_id ORDER BY timestamp DESC, place DESC) = 1 AND count(*)"
                 " OVER (PARTITION BY user_id) > 1 AS late FROM log")
        for part, condition in (("train", "NOT late"), ("test", "late")):
            self.run(f"CREATE TABLE {part} AS SELECT * FROM split WHERE {condition}")
        return (*self.run("SELECT count(*) FROM train"),
                *self.run("SELECT count(*), sum(timestamp)::BIGINT FROM test"))

    def core(self):
        rows, now = -1, self.run("SELECT count(*) FROM log")[0]
        while rows != now:
            rows = now
            for column in ("user_id", "item_id"):
                self.run("CREATE OR REPLACE TABLE log AS SELECT * FROM log QUALIFY"
                         f" count(*) OVER (PARTITION BY {column}) >= {LEAST}")
            now = self.run("SELECT count(*) FROM log")[0]
        return self.run("SELECT count(*), count(DISTINCT user_id),"
                        " count(DISTINCT item_id) FROM log")


frame = {"pandas": Pandas, "polars": Polars, "duckdb": Duckdb}[peer]()
print("check", *getattr(frame, task)())
