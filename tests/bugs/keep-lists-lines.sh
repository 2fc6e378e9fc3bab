# An index could have TABs, line breaks and a terminal's commands in the name of
# an algorithm, and the list had them too: a line that no model stood behind.
mkdir -p reg/models
echo '{"model": "0123456789abcdef", "algorithm": "als\n\u001b[31mno\t", "metrics": {}}' >reg/index.jsonl
rs-keep -R reg | cat -v
echo "${PIPESTATUS[0]}"
