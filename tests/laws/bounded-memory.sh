# What flows through needs no more memory when more flows, and what sorts or
# counts stays within its -M: four times the rows, the same peak but for a
# little.  CPU time is at most in proportion, but for the noise of a busy machine.
[ -z "$RS_SAN" ] || { echo "sanitizers keep what is freed"; exit 77; }
. "$RS_ROOT/tests/_shop.sh"
bad=0

# KiB at the peak and CPU milliseconds of a command, as its -v says.
measure() {
    eval "$1 -v" >/dev/null 2>err || { echo "$1: $(cat err)" >&2; exit 1; }
    tail -n 1 err | awk -F', ' '{
        unit["KiB"] = 1; unit["MiB"] = 1024; unit["GiB"] = 1048576
        split($(NF - 1), cpu, " ")
        split($NF, peak, " ")
        print int(peak[1] * unit[peak[2]]), int(cpu[1] * 1000)
    }'
}

for n in 400k 1600k; do
    rs-synth shop --users 3000 --items 300 --rows $n >$n.tsv
    rs-clean -q -c $columns $n.tsv >$n.raw
    rs-index -q -D ids <$n.raw >$n.all
done
while read -r command; do
    read -r few few_ms < <(measure "${command//N./400k.}")
    read -r many many_ms < <(measure "${command//N./1600k.}")
    if [ -z "$many" ] || [ $((many)) -gt $((few * 5 / 4 + 4096)) ]; then
        echo "$command: $few KiB, and $many KiB for four times the rows"
        bad=1
    fi
    if [ -z "$many_ms" ] || [ $((many_ms)) -gt $((few_ms * 8 + 300)) ]; then
        echo "$command: $few_ms ms, and $many_ms ms for four times the rows"
        bad=1
    fi
done <<END
rs-clean -c $columns N.tsv
rs-index -D ids --frozen <N.raw
rs-index -D made <N.raw
rs-index -M 4M -D made --order frequency --min-item 2 <N.raw
rs-split -M 4M --random 0.3 --test made.test <N.all
rs-split -M 4M --leave-one-out --test made.test <N.all
rs-confidence --events $weights <N.all
rs-confidence -M 4M --combine last <N.all
rs-cat -f csv <N.all
rs-cat -f stream <N.raw
END
exit $bad
