# What cannot be sampled from.
printf 'user\titem\n1\t2\n' | rs-clean -q -c user=user,item=item >raw.rsi
rs-negsample <raw.rsi >out.rsi; echo $?
rs-index -D one <raw.rsi >one.rsi
printf 'user\titem\n1\t3\n' | rs-clean -q -c user=user,item=item |
    rs-index -D two >two.rsi
rs-negsample -D two <one.rsi >out.rsi; echo $?
rs-negsample -x two.rsi <one.rsi >out.rsi; echo $?
rs-negsample -q <one.rsi | rs-negsample >out.rsi; echo $?
rs-negsample --power 2 <one.rsi >out.rsi; echo $?
rs-negsample -n 0 <one.rsi >out.rsi; echo $?
rs-negsample -n 3 <one.rsi | rs-cat; echo $?
