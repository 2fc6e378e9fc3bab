"""What a machine can do at most: contenders for interleave() that stand beside a
job and say what its work would take at the limit, measured in the same minutes.

    runs = interleave({"ours": ..., "limit": sgemm(2 * users * items * d)})

A run has "cpu", the seconds at the limit, and "rate", "unit" and "name" for the
table.  One thread each, because CPU seconds are compared.
"""
from measure import BUILD, PEERS, measured
from packages import peers


def sgemm(flops, shape="8192 2048 512"):
    """OpenBLAS's product of large matrices, or of a shape (rows, columns, inner
    dimension); our own dense layer without numpy."""
    python = peers("numpy")
    name = "sgemm" if python else "our dense product"
    command = (f"{python} {PEERS}/sgemm.py {shape}" if python else
               f"{BUILD}/bench/dense 512 512 128")

    def run():
        rate = measured(command)["gflops"]
        return {"cpu": flops / rate / 1e9, "rate": rate, "unit": "GFLOP/s",
                "name": name}
    return run


def inflate(path):
    """Unpacking a file by the library that the tools use."""
    def run():
        took = measured(f"{BUILD}/bench/inflate {path}")
        return {"cpu": took["cpu"], "rate": took["mb"], "unit": "MB/s",
                "name": "inflate"}
    return run


def triad(size):
    """Memory in order; size: bytes read and written."""
    def run():
        rate = measured(f"{BUILD}/bench/triad")["triad"]
        return {"cpu": size / rate / 1e9, "rate": rate, "unit": "GB/s",
                "name": "triad"}
    return run


def gather(rows, width, size):
    """So many rows of so many bytes changed at random places of a table of so many
    bytes in all.  A job that goes block by block can be quicker."""
    mib = max(1, round(size / 2**20))

    def run():
        rate = measured(f"{BUILD}/bench/triad {mib} {width}")["gather"]
        return {"cpu": rows / rate / 1e6, "rate": rate, "unit": "M rows/s",
                "name": f"gather of {width} bytes in {mib} MiB"}
    return run
