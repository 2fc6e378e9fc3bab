# Pull the plug on a run.  Sourced in an empty directory.
# unplug LINES TRAIN ARG...: rs-fit ARG... <TRAIN, killed when its log has that
# many lines.  The log is a pipe that is read slowly, so it is not far ahead;
# open for both, so a run that logs nothing ends the wait too.
unplug() {
    local lines=$1 train=$2
    shift 2
    rm -f gate
    mkfifo gate
    (
        rs-fit "$@" --log gate -o unplugged <"$train" &
        pid=$!
        for _ in $(seq "$lines"); do
            read -r -t 99 _ || break
        done <>gate
        kill -9 $pid
        wait $pid
    ) 2>/dev/null
    rm -f gate
}
