# Events become weights, pairs are combined in each way, age halves.
cat >log.tsv <<'END'
user	item	event	time
ann	a	View	1970-01-01
bob	b	View	1970-01-02
ann	a	Purchase	1970-01-03
ann	b	View	1970-01-03
bob	b	Cart	1970-01-02
ann	a	View	1970-01-05
END
rs-clean -q -c user=user,item=item,event=event,time=time log.tsv |
    rs-index -D dict >log.rsi
show() {
    echo "-- $*"
    rs-confidence "$@" <log.rsi | rs-cat -D dict --header
}
events=View=1,Cart=2.5,Purchase=5
show
show --events $events
for how in sum max first last; do
    show --events $events --combine $how
done
show --combine count --scale linear --alpha 40
show --events $events --half-life 2d
show --events $events --half-life 1d --now 1970-01-04 --combine sum
echo "-- what is not listed"
rs-confidence --events View=1,Cart=2 <log.rsi >out.rsi
echo $?
