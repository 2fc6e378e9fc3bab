# The winner's parameters were printed as they stood: who read them back with
# eval, as a pipeline may, ran what was in them; and a TAB in one made a fifth
# field.
cat >space <<'EOF'
metric gain max
param scale '$(touch ran)'
param how 'a; touch ran' "it's"
param plain 0.01
run echo "gain	1" # {scale} {how} {plain}
EOF
rs-tune -q -R runs space | tee winner
eval "$(cut -f 4 winner)"
[ ! -e ran ] && echo "$scale | $how | $plain"
printf 'metric gain max\nparam how "a\tb"\nrun echo {how}\n' >tab
rs-tune -q -R runs tab
echo $?
