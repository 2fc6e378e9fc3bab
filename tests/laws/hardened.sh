# Every tool is built with what the compiler offers against being taken over:
# position independent, read-only relocations bound at start, no executable
# stack, stack protector, checked libc calls.
[ -z "$RS_SAN" ] || { echo "sanitizers bring their own"; exit 77; }
command -v readelf >/dev/null || { echo "no readelf here"; exit 77; }
bad=0
need() {
    grep -qE "$2" "$3" || { echo "$1: no $4"; bad=1; }
}
for tool in "$RS_BUILD"/bin/rs-*; do
    [ -e "$tool" ] || continue
    name=$(basename "$tool")
    readelf -W -h -l -d --dyn-syms "$tool" >elf.txt 2>&1
    need "$name" 'Type: +DYN' elf.txt "position independent code"
    need "$name" 'GNU_RELRO' elf.txt "read-only relocations"
    need "$name" 'BIND_NOW|Flags:.*NOW' elf.txt "binding at start"
    need "$name" 'GNU_STACK +[0-9a-fx ]+ RW ' elf.txt "data-only stack"
    need "$name" '__stack_chk_fail' elf.txt "stack protector"
    need "$name" '__[a-z]+_chk' elf.txt "checked libc calls"
done
exit $bad
