# A stream with labels is learned from row by row, as it stands; what its
# labels cannot mean is refused by the row.
. "$RS_ROOT/tests/cli/_small.sh"
groups | stream t.rsi
rs-negsample -q -n 2 -D ids <t.rsi >labelled.rsi
rs-negsample -q -n 2 -D ids -s 2 <t.rsi >others.rsi
fit() {
    rs-fit gmf -q -d 4 -e 2 "$@"
    echo "$?: $*"
}
fit -o own <t.rsi
fit -o given <labelled.rsi
fit -o again -j 3 <labelled.rsi
fit -o redrawn <others.rsi
cmp given again
cmp -s given own || cmp -s given redrawn || echo "as its rows say"
# What is had are the wanted pairs alone, in either.
for m in own given; do
    rs-cat --info $m | grep -E '^(users|items|pairs|train_rows)'
done
rs-topk -m given -D ids --all -k 9 | sort >lists
rs-cat -q -D ids t.rsi | cut -f 1,2 | tr '\t' , >had
cut -d , -f 1,2 lists | grep -c -x -f had
# The order of equal rows counts, and how often they stand there.
rs-cat -f stream labelled.rsi labelled.rsi >twice.rsi
fit -o doubled <twice.rsi
rs-cat --info doubled | grep -E '^(pairs|train_rows)'
# Weights that rs-negsample made 0 on rows that nobody wanted; others would
# count for nothing.
rs-clean -q --delimiter ' ' --no-header -c user=1,item=2,weight=3 \
    <<<'u1 i1 3' | rs-index -q -D ids --frozen | rs-negsample -q -n 1 -D ids |
    fit -o made
# Users u0..u4 and items i0..i6 in turn; labels between 0 and 1, NaN in row
# 3, 2 in row 17, and none above 0.
between() { base64 -d <<'END'
iVJTSQ0KGgoBAAAAMQAAAGNvbHVtbgl1c2VyCXUzMgpjb2x1bW4JaXRlbQl1MzIKY29sdW1u
CWxhYmVsCWYzMgrP/H7ApnbmNmJsawpJAAAAAAAAAAAAAAAIAAAADwAAAAEDAAAAAAAAAAAA
AIhGRA8AAAABAwAAAAAAAAAAAACIxhoTAAAAAQcXAAAAAAAAAAAAfsC/DwAA/ogPbsK3W1wj
ZW5kCi0AAAByb3dzCTgKYmxvY2tzCTEKZmluZ2VycHJpbnQJMGRkMWNjYzNlNTAxMTc5NwpX
zI0zHBBYxw==
END
}
nan() { base64 -d <<'END'
iVJTSQ0KGgoBAAAAMQAAAGNvbHVtbgl1c2VyCXUzMgpjb2x1bW4JaXRlbQl1MzIKY29sdW1u
CWxhYmVsCWYzMgrP/H7ApnbmNmJsawpCAAAAAAAAAAAAAAADAAAADQAAAAECAAAAAAAAAAAA
ACQNAAAAAQIAAAAAAAAAAAAAJBAAAAABCRYAAAAAAAAAAAD+APwHu802DmuMwh1lbmQKLQAA
AHJvd3MJMwpibG9ja3MJMQpmaW5nZXJwcmludAlmNWI2YWQwNDRjMDcxYzQ4CnntpIcTF51a
END
}
two() { base64 -d <<'END'
iVJTSQ0KGgoBAAAAMQAAAGNvbHVtbgl1c2VyCXUzMgpjb2x1bW4JaXRlbQl1MzIKY29sdW1u
CWxhYmVsCWYzMgrP/H7ApnbmNmJsawpbAAAAAAAAAAAAAAARAAAAEwAAAAEDAAAAAAAAAAAA
AIhGRCOiEQETAAAAAQMAAAAAAAAAAAAAiMYa0VgjAh0AAAABCBcAAAAAAAAAAAB/AH8AfwB/
AH8AfwB/AH8AgLYXJtn0u549ZW5kCi4AAAByb3dzCTE3CmJsb2NrcwkxCmZpbmdlcnByaW50
CWIyZWUwZmU0Y2FhNTkyYWYKISNhj+KagsE=
END
}
zero() { base64 -d <<'END'
iVJTSQ0KGgoBAAAAMQAAAGNvbHVtbgl1c2VyCXUzMgpjb2x1bW4JaXRlbQl1MzIKY29sdW1u
CWxhYmVsCWYzMgrP/H7ApnbmNmJsawo+AAAAAAAAAAAAAAAEAAAADQAAAAECAAAAAAAAAAAA
AOQNAAAAAQIAAAAAAAAAAAAA5AwAAAAAAAAAAAAAAAAAAABcQSbW299F9GVuZAotAAAAcm93
cwk0CmJsb2NrcwkxCmZpbmdlcnByaW50CWEyMmM3Mjc5YzU4NzVlNmIK5P5bHUtNqzw=
END
}
between | rs-cat -q
between | fit -o between
rs-cat --info between | grep -E '^(users|items|pairs|train_rows)'
nan | fit -o made
two | fit -o made
zero | fit -o made
two | rs-fit -q als -o made
between | rs-fit -q mf -o made
# A title is no label.
rs-clean -q --delimiter ' ' --no-header -c user=1,item=2,label=3 \
    <<<'u1 i1 1' | rs-index -q -D ids --frozen | fit -o made
[ ! -e made ] || echo "a model was made"
# What it takes is known before a row is read.
for t in labelled t; do
    rs-fit neumf --plan -D ids <$t.rsi | sed '/memory/s/[0-9.]* MiB/X MiB/'
done
# Judged by labels too, as rs-eval does it; rankings take the wanted ones.
rs-split -q --leave-one-out --order file --test v.rsi <t.rsi >rest.rsi
rs-negsample -q -n 3 -D ids -x rest.rsi <v.rsi >v3.rsi
rs-fit gmf -q -d 4 -e 3 -D ids --valid v3.rsi \
    --metrics logloss,ndcg@5,accuracy --patience 2 --log log -o m <rest.rsi
tail -n 1 log | tr ',{}' '\n\n\n' | tr -d '" ' | tr : '\t' |
    awk '/^(logloss|ndcg|accuracy)/ { printf "%s %.5f\n", $1, $2 }' | sort >told
{
    rs-eval -q -m m --test v3.rsi --metrics ndcg@5
    rs-score -m m <v3.rsi | rs-eval -q --scored - --metrics logloss,accuracy
} | awk '!/^[a-z]*:/ { printf "%s %.5f\n", $1, $2 }' | sort | cmp - told
fit --valid v.rsi --metrics logloss -o made <rest.rsi
fit --valid v3.rsi --metrics ndcg@5 -o made <rest.rsi
rs-fit als -q --valid v3.rsi --metrics logloss -o made <rest.rsi
fit --valid v3.rsi --metrics rmse -o made <rest.rsi
[ ! -e made ] || echo "a model was made"
