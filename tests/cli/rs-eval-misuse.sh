# Calls that make no sense are refused before anything is read.
try() {
    rs-eval "$@"
    echo "status $?"
}
try --test t.rsi
try -m a --recs b --test t.rsi
try -m a
try -m a --test t --metrics ndcg
try -m a --test t --metrics 'p@10,p@10'
try -m a --test t --metrics hr@10:s99
try -m a --test t --metrics rmse
try -m a --test t --candidates c --metrics coverage@10
try -m a --test t --candidates c --keep-seen
try --recs a --test t --metrics auc
try --recs a --test t --candidates c
try --scored a --ties worst
try -m a --test t --threshold 1
try -m a --test t --ties random
