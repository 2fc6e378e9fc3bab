# Whatever call fails and wherever memory ends, a search and a registry say so
# with status 3, and the same command given again ends as if nothing had been.
. "$RS_ROOT/tests/_shop.sh"
shim hurt calls && shim hurt nomem || exit
shop 500
bad=0
complain() {
    echo "$command, $*: $(head -c 300 err)"
    bad=1
}
every=${DEEP:+1}
every=${every:-15}
rs-eval -q -m als.model --test test.rsi >als.tsv || exit 1
rs-eval -q -m pop.model --test test.rsi >pop.tsv || exit 1
cat >space <<'END'
search  grid
metric  score max
data    test.rsi
param   a  1
run     echo model {a} >{model}
run     printf 'score\t%s\n' {a}
END
mkdir empty
rs-keep -q -R kept pop.model --metrics pop.tsv >/dev/null || exit 1

# FOLDER that it begins from, a tab, the command.
experiments() {
    cat <<END
kept	rs-keep -q -R made als.model --metrics als.tsv --best ndcg@10 --as shop
kept	rs-keep -q -R made --verify
empty	rs-tune -q -j 1 -R made space
END
}

# All that a run leaves but for what it cost.
state() {
    (cd made && find . ! -name costs.jsonl | sort &&
        find . -type f -size +0 ! -name 'cost*.json*' | sort | xargs cksum &&
        find . -type l -printf '%p %l\n' | sort)
}

# hurt VARIABLE=VALUE...: once so, then soundly.
hurt() {
    rm -rf made hit && cp -r $from made
    eval "$* $command >out" 2>err
    status=$?
    case $status in
    0) ;;
    3) grep -qE 'Input/output|memory|unavailable|its log is' err ||
        complain "$* said" ;;
    *) complain "$*: status $status" ;;
    esac
    $command >out 2>err && [ "$(state)" = "$want" ] && cmp -s out want.out &&
        return
    complain "$* then"
    diff <(state) <(echo "$want")
}

while IFS='	' read -r from command; do
    rm -rf made && cp -r $from made
    $command >want.out 2>err || { cat err; exit 1; }
    want=$(state)
    for ((n = 1; n < 500; n += 1 + n / 40)); do
        hurt "LD_PRELOAD=$calls" CALLS_AT=$n CALLS_DO=eio CALLS_HIT=hit
        [ -e hit ] || break
    done
    [ "$n" -gt 5 ] || { echo "$command: no call failed"; bad=1; }
    rm -rf made && cp -r $from made
    eval "NOMEM_SITES=$PWD/sites LD_PRELOAD=$nomem $command" >out
    while read -r n; do
        hurt "LD_PRELOAD=$nomem" "NOMEM=$n"
    done < <(awk -v every="$every" "NR % every == 0" sites)
done < <(experiments)
exit $bad
