# Titles (film::title::genres), then ratings (day, user, film, stars), become
# reviews.
BEGIN {
	print "marketplace", "customer_id", "review_id", "product_id", \
	    "product_parent", "product_title", "product_category", \
	    "star_rating", "helpful_votes", "total_votes", "vine", \
	    "verified_purchase", "review_headline", "review_body", \
	    "review_date"
	split("One Star,Two Stars,Three Stars,Four Stars,Five Stars", \
	    headline, ",")
	split("Fell asleep,Not for me,It was OK,Liked it,Loved it", body, ",")
}

FNR == 1 { file++ }

file == 1 {
	title[$1] = $2
	next
}

{
	row = review(headline[$4], body[$4] ". Seen on my 42\" TV")
	if (FNR % 50 == 0)
		row = review("\"" headline[$4], "\"" body[$4] "\", says my wife")
	print row
}

# A line that was torn off, and one with a TAB in what somebody wrote.
FNR % 200000 == 0 { print substr(row, 1, 60) }
FNR % 200000 == 100000 { print review(headline[$4], body[$4] "\tand again!") }

function review(head, text)
{
	return "US" OFS 10000000 + $2 OFS sprintf("R%07d", FNR) OFS \
	    sprintf("B%09d", $3) OFS 100000000 + $3 OFS title[$3] OFS \
	    "Digital_Video_Download" OFS $4 OFS FNR % 3 OFS FNR % 3 + FNR % 2 \
	    OFS "N" OFS (FNR % 5 ? "Y" : "N") OFS head OFS text OFS date($1)
}

# Days since 1970 as 2001-02-03.
function date(day,	year, month, n)
{
	if (day in dates)
		return dates[day]
	n = day
	for (year = 1970; n >= 365 + leap(year); year++)
		n -= 365 + leap(year)
	for (month = 1; n >= days(month, year); month++)
		n -= days(month, year)
	return dates[day] = sprintf("%d-%02d-%02d", year, month, n + 1)
}

function leap(year)
{
	return year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

function days(month, year)
{
	return month == 2 ? 28 + leap(year) : 30 + (month + (month > 7)) % 2
}
