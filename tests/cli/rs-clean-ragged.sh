# Lines of a user and its items.
printf '0 5 7  9 \n1 5\n2\n\n3\t5\r\n4 5' | rs-clean --ragged | rs-cat -f tsv
