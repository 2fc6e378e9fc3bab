# Every prefix and every single-bit flip of a small stream on standard input
# is refused by every tool that reads one.
. "$RS_ROOT/tests/hurt/_damage.sh"

small raw.rsi user:str item:str
small pairs.rsi user:u32 item:u32
small events.rsi user:u32 item:u32 event:str

damage pairs.rsi t -- rs-cat
damage raw.rsi t -a out -- rs-cat -f stream -o out
damage raw.rsi t -a ids/user.rsi -a ids/item.rsi -- rs-index -D ids
damage raw.rsi t -a ids/user.rsi -a ids/item.rsi -- rs-index -D ids --min-item 2
damage pairs.rsi t -a test -a valid -- rs-split --test test --valid valid \
    --random 0.3
damage pairs.rsi t -a test -- rs-split --test test --leave-one-out --order file
damage pairs.rsi t -- rs-negsample -n 1
damage events.rsi t -- rs-confidence --events c4=3,a1=1,b3=2,c0=3,a2=1
damage pairs.rsi t -a model -- rs-fit pop -o model
damage pairs.rsi t -a model -- rs-fit als -d 4 -e 1 -o model
exit $bad
