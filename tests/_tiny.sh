# Four users, five items with titles that each format must escape; for tests of
# what comes out.  Sourced in an empty directory: train.rsi, ids/, pop.model,
# als.model.
printf '%s\n' user,item u1,a u1,b u1,c u2,a u2,b u3,a u3,d u4,a u4,e u4,b \
    u5,'"x y"' >log.csv
printf '%s\n' id,title 'a,"Salt, ""fine"""' 'b,Pepper' 'c,"back\slash"' \
    >titles.csv
rs-clean -q -c item=id,label=title titles.csv >titles.rsi
rs-clean -q -c user=user,item=item log.csv |
    rs-index -q -D ids --labels titles.rsi >train.rsi
rs-fit -q pop -D ids -o pop.model <train.rsi
rs-fit -q als -d 4 -e 5 -D ids -o als.model <train.rsi
