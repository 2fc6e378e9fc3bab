#!/usr/bin/env python3
"""A reader of streams, written from man/rs-stream.5 alone.

    stream-reader.py FILE...    print the rows as rs-cat does, floats by repr

Without a file it is a test: whatever the tools write here must be read to
the same rows that rs-cat shows.
"""
import gzip
import os
import re
import struct
import subprocess
import sys

try:
    import xxhash
except ImportError:
    system = "/usr/bin/python3"
    if sys.executable != system and os.path.exists(system):
        os.execv(system, [system] + sys.argv)
    print("no xxhash module for python3 here")
    sys.exit(77)

WIDTH = {"u8": 1, "u32": 4, "i64": 8, "f32": 4}
FORMAT = {"u8": "B", "u32": "I", "i64": "q", "f32": "f"}
BLOCK = 65536


def xxh3(data):
    return xxhash.xxh3_64_intdigest(data)


def need(condition, what):
    if not condition:
        raise ValueError(what)


class Bytes:
    """Some bytes, and how far they were read."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        need(self.at + n <= len(self.data), "cut off")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "little")

    def done(self):
        return self.at == len(self.data)


def unescape(field):
    return re.sub(rb"\\([tnr\\])", lambda m:
                  {b"t": b"\t", b"n": b"\n", b"r": b"\r"}.get(m[1], m[1]),
                  field)


def escape(field):
    for a, b in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"),
                 (b"\r", b"\\r")):
        field = field.replace(a, b)
    return field


def parse_text(text):
    need(b"\0" not in text, "NUL in text")
    need(text == b"" or text.endswith(b"\n"), "unended line")
    lines = [[unescape(f) for f in line.split(b"\t")]
             for line in text.split(b"\n")[:-1]]
    for line in lines:
        need(not b"A" <= line[0][:1] <= b"Z", "unknown capital key")
    return lines


def read_array(b, width, n):
    kind, bits, shift, zero = b.take(4)
    base = b.number(8)
    need(kind <= 3 and bits <= 56 and shift <= 63 and zero == 0, "array")
    mask = (1 << 8 * width) - 1

    def fields(count):
        whole = int.from_bytes(b.take((count * bits + 7) // 8), "little")
        one = (1 << bits) - 1
        # In pieces: shifting all of a large number for each field is slow.
        step = 64
        for first in range(0, count, step):
            piece = whole >> first * bits & (1 << step * bits) - 1
            for i in range(min(step, count - first)):
                yield piece >> i * bits & one

    if kind == 0:
        return [base & mask] * n
    if kind == 1:
        return [base + (f << shift) & mask for f in fields(n)]
    if kind == 2:
        step = b.number(8)
        values = [base & mask]
        for f in fields(n - 1):
            values.append(values[-1] + step + f & mask)
        return values
    raw = b.take(n * width)
    return [int.from_bytes(raw[i:i + width], "little")
            for i in range(0, n * width, width)]


def read_strings(b, rows):
    kind = b.number(4)
    need(kind in (4, 5), "kind of strings")
    n = b.number(4) if kind == 5 else rows
    lengths = read_array(b, 4, n)
    entries = [b.take(length) for length in lengths]
    if kind == 4:
        return entries
    return [entries[i] for i in read_array(b, 4, rows)]


def read_part(b, marks):
    start = b.at
    mark = b.take(4)
    need(mark in marks, "neither block nor end")
    body = b.take(b.number(4))
    need(xxh3(b.data[start:b.at]) == b.number(8), "checksum of a part")
    return mark, Bytes(body)


def read_stream(data):
    """Columns, rows and the lines of header and end."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    b = Bytes(data)
    need(b.take(8) == b"\x89RSI\r\n\x1a\n", "magic")
    need(b.number(4) == 1, "version")
    text = b.take(b.number(4))
    need(xxh3(data[:b.at]) == b.number(8), "checksum of the header")
    head = parse_text(text)
    columns = [(f[1], f[2].decode()) for f in head if f[0] == b"column"]
    prints = b"".join(name + b"\t" + kind.encode() + b"\n"
                      for name, kind in columns)
    rows, blocks = [], 0
    while True:
        mark, body = read_part(b, (b"blk\n", b"end\n"))
        if mark == b"end\n":
            break
        need(len(rows) == blocks * BLOCK, "a short block before another")
        need(body.number(8) == len(rows), "rows before")
        n = body.number(4)
        need(1 <= n <= BLOCK, "rows in a block")
        table = []
        for name, kind in columns:
            column = Bytes(body.take(body.number(4)))
            if kind == "str":
                values = read_strings(column, n)
                raw = b"".join(struct.pack("<Q", xxh3(v)) for v in values)
            else:
                width = WIDTH[kind]
                raw = b"".join(v.to_bytes(width, "little") for v in
                               read_array(column, width, n))
                values = struct.unpack("<%d%s" % (n, FORMAT[kind]), raw)
            need(column.done(), "bytes behind a column")
            prints += struct.pack("<Q", xxh3(raw))
            table.append(values)
        need(body.done(), "bytes behind the columns")
        rows.extend(zip(*table))
        blocks += 1
    need(b.done(), "bytes behind the end")
    end = parse_text(body.data)
    said = {f[0]: f[1] for f in end if f[0] in
            (b"rows", b"blocks", b"fingerprint")}
    need(int(said[b"rows"]) == len(rows), "count of rows")
    need(int(said[b"blocks"]) == blocks, "count of blocks")
    need(said[b"fingerprint"] == b"%016x" % xxh3(prints), "fingerprint")
    return columns, rows, head, end


def show(value):
    return escape(value) if isinstance(value, bytes) else repr(value).encode()


def same(kind, value, text):
    """Whether rs-cat's text is the value."""
    if kind == "str":
        return escape(value) == text
    if kind == "f32":
        return struct.pack("<f", value) == struct.pack("<f", float(text))
    return value == int(text)


def compare(data, what):
    columns, rows, _, _ = read_stream(data)
    text = subprocess.run(["rs-cat"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout
    lines = text.split(b"\n")[:-1]
    need(len(lines) == len(rows), what + ": number of rows")
    for row, line in zip(rows, lines):
        fields = line.split(b"\t")
        need(len(fields) == len(columns) and
             all(same(kind, v, f) for (_, kind), v, f in
                 zip(columns, row, fields)),
             "%s: %r is not %r" % (what, row, line))
    print("%s: %d rows agree" % (what, len(rows)))


def run(command, text=b""):
    return subprocess.run(command, input=text, check=True, shell=True,
                          stdout=subprocess.PIPE).stdout


def example_of_the_page():
    """The bytes that the page itself shows."""
    page = os.environ["RS_ROOT"] + "/man/rs-stream.5"
    with open(page) as f:
        dump = re.findall(r"^[0-9a-f]{8}  ((?:[0-9a-f]{2} ? ?)+)", f.read(),
                          re.M)
    columns, rows, _, _ = read_stream(bytes.fromhex("".join(dump)))
    need(columns == [(b"user", "str"), (b"item", "u32")] and rows == [],
         "the example of the page")


def test():
    example_of_the_page()
    clean = "rs-clean -q --no-header --delimiter tab -c %s -"
    columns = "user=1,item=2,value=3,time=4,event=5"
    lines = []
    for i in range(70001):
        lines.append(b"u%d\tit\\em %d\t%g\t%d\t%s\n" % (
            i // 7, i * 7919 % 1013, i * i % 977 / 8,
            1300000000 + 60 * i, (b"view", b"buy", b"\xff\xfe")[i % 3]))
    text = b"".join(lines)
    stream = run(clean % columns, text)
    compare(stream, "cleaned")
    compare(gzip.compress(stream), "gzipped")
    compare(run(clean % columns), "empty")
    compare(run(clean % columns, lines[5]), "one row")
    few = b"".join(lines[i * 31 % 70001] for i in range(3000))
    compare(run(clean % columns, few), "in no order")
    indexed = run("rs-index -q -D ids", stream)
    compare(indexed, "indexed")
    for name in ("ids/user.rsi", "ids/item.rsi"):
        with open(name, "rb") as f:
            compare(f.read(), name)
    for cut in (1, 9, len(indexed) // 2):
        try:
            read_stream(indexed[:-cut])
        except ValueError:
            continue
        raise ValueError("a cut stream was read")


def main():
    if len(sys.argv) == 1:
        test()
        return
    for name in sys.argv[1:]:
        with open(name, "rb") as f:
            _, rows, _, _ = read_stream(f.read())
        for row in rows:
            sys.stdout.buffer.write(b"\t".join(map(show, row)) + b"\n")


main()
