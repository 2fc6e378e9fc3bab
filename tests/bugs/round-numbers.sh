# Round numbers were written 1e+01 and 1.785e+04: shorter in digits, longer in
# text, and as an id of JSON lines another id than the one that went in.
printf '%s\n' '{"u": 17850.0, "i": 10, "v": 10}' '{"u": 1e5, "i": 7, "v": 200}' |
    rs-clean -q --jsonl -c user=u,item=i,value=v | rs-cat
