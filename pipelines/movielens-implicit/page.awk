# Who asked, what they got, and what they like: reads, one after the other,
# the items (id, count, title), their histories, what of these was held out
# (user, item, ..), the answers and the other answers (user, item, score,
# title).  A * stands before a film that was held out, a + before one that
# was there to learn from.
BEGIN { FS = "\t" }

FNR == 1 { file++ }

file == 1 { title[$1] = $3; users[$1] = $2 }
file == 2 { liked[$1, $2]; history[$1, ++likes[$1]] = $2 }
file == 3 { hidden[$1, $2] }
file == 4 { if (!($1 in answers)) who[++asked] = $1; took($1, 1) }
file == 5 { took($1, 2) }

function took(user, list)
{
	answer[user, list, ++answers[user, list]] = $2
	score[user, list, answers[user, list]] = $3
	answers[user]
}

function sign(user, item)
{
	return ((user, item) in hidden) ? "*" : \
	    ((user, item) in liked) ? "+" : " "
}

function show(user, list, heading,	i, item)
{
	printf "  %s\n", heading
	for (i = 1; i <= answers[user, list]; i++) {
		item = answer[user, list, i]
		printf "    %9.5f %s %5s  %s\n", score[user, list, i],
		    sign(user, item), item, title[item]
	}
}

# Ten of the history: those that most users like.
function show_history(user,	i, k, best, shown)
{
	printf "  likes %d films, the most liked first:\n", likes[user]
	for (k = 1; k <= 10; k++) {
		best = 0
		for (i = 1; i <= likes[user]; i++)
			if (!(i in shown) && (!best || \
			    users[history[user, i]] > \
			    users[history[user, best]]))
				best = i
		if (!best)
			break
		shown[best]
		i = history[user, best]
		printf "    %9d %s %5s  %s\n", users[i], sign(user, i), i,
		    title[i]
	}
}

END {
	seen = preset == "published" ? "seen films among them" : \
	    "seen films left out"
	other = preset == "published" ? "seen films left out" : \
	    "seen films among them"
	for (u = 1; u <= asked; u++) {
		printf "\nuser %s\n", who[u]
		show(who[u], 1, "answer, " seen ":")
		show(who[u], 2, "answer, " other ":")
		show_history(who[u])
	}
	print "\n* held out    + there to learn from" \
	    (preset == "published" ? " (and so was *)" : "")
}
