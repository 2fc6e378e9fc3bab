# The pipeline on the real MovieLens 100k, both ways: five films for each of
# two requests in the notebook's form, Spotlight's floors for the losses (MRR
# .05 for pointwise and .07 for the others), and seen films only where they
# are wanted.
[ -e "${RS_DATA-}/ml-100k/u.data" ] || { echo "RS_DATA has no ml-100k"; exit 77; }
. "$RS_ROOT/tests/ref/_page.sh"
for preset in honest published; do
    learning=$([ $preset = published ] || echo learning)
    make -s -C "$RS_ROOT/pipelines/movielens-implicit" PRESET=$preset \
        W="$PWD/$preset" all report >said 2>&1 || { cat said; exit 1; }
    cat $preset/losses.tsv $preset/page.txt
    page $preset/report.html data models $learning samples commands origin
    # user_id,item_id,score, in the order of the requests, best first.
    awk -F , 'NF != 3 || $1 != (NR <= 5 ? 685 : 302) ||
        (NR % 5 != 1 && $3 > last) { exit 1 } { last = $3 }
        END { exit NR != 10 }' $preset/answers.csv ||
        { cat $preset/answers.csv; exit 1; }
    awk 'NR > 1 { v[$1] = $2 }
        END { for (l in v) n += v[l] > v["popular"]
            exit !(n == 4 && v["pointwise"] > .05 && v["bpr"] > .07 &&
            v["popular"] > 5 * v["random"]) }' $preset/losses.tsv || exit 1
done
awk 'NR > 1 { v[$1] = $2 }
    END { exit !(v["hinge"] > .07 && v["adaptive-hinge"] > .07) }' \
    honest/losses.tsv || exit 1
# A film that the user has is never offered by the one, but by the other.
seen() {
    rs-cat -q -D "$1/dict" --user 685,302 "$2" | cut -f 1,2 | tr '\t' , |
        grep -c -x -f - <(cut -d , -f 1,2 "$1/answers.csv")
}
[ "$(seen honest honest/rest.rsi)" = 0 ] || exit 1
[ "$(seen published published/likes.rsi)" -gt 0 ] || exit 1
[ "$(tail -c 1 honest/requests)" = '}' ]
