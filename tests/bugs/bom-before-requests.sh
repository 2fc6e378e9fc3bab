# A byte order mark made the first request, or pair, an id nobody has.
printf 'a,x\na,y\nb,x\n' | rs-clean -q -c user=1,item=2 --no-header \
    --delimiter comma | rs-index -D ids | rs-fit pop -q -D ids -o m
printf '\xef\xbb\xbfb\n' | rs-topk -m m
printf '\xef\xbb\xbf{"user_id": "b"}\r\n' | rs-topk -m m
printf '\xef\xbb\xbfb,y\n' | rs-score -m m
printf '\xef\xbb\xbf{"user_id": "b", "item_id": "y"}\n' | rs-score -m m
printf '\xef\xbb\xbf' | rs-topk -m m
