# make report: what a pipeline found, as one page of HTML that needs nothing but
# a browser: no scripts, nothing loaded, pictures inside, light or dark as the
# reader has it.  A pipeline includes this file last, after data.mk and after it
# has said what it has; each of these variables may be missing, and then what
# would show it is.  W is the folder of the pipeline's results; files are given
# as its rules name them, since the page depends on them.
#
#	REPORT_TITLE	the heading: Two years of a gift shop
#	REPORT_ABOUT	a sentence or three below it; no quotes in either
#	REPORT_STREAM	indexed stream whose rows, users, items, long tails (and
#			months, where it has times) are the data profile
#	REPORT_ROWS	what a row of it is, in the plural: ratings; or: rows
#	REPORT_ITEMS	what an item is, in the plural: films; or: items
#	REPORT_USERS	what a user is, in the plural: customers; or: users
#	REPORT_METRICS	LABEL:FILE ..., of rs-eval -f tsv, the first the one that
#			answers; several files of one label are put together, and
#			what popularity and chance reach is shown once
#	REPORT_CHOSEN	a file whose first word is the label of the one that
#			answers, if it is not the first
#	REPORT_CAUTION	a sentence above the figures, where they need one
#	REPORT_HEADLINE	the metric of the page's first line: ndcg@10
#	REPORT_BASELINE	the label it is compared with; or: popularity
#	REPORT_LOGS	LABEL:FILE ..., of rs-fit --log, metric by epoch
#	REPORT_LEDGER	ledger.jsonl of rs-tune, one line a trial
#	REPORT_TRIED	which metric of the ledger chose; or: the first in it
#	REPORT_SAMPLES	recommendations of a few users, TSV: user, item, score,
#			label (rs-topk -f tsv --label), and 1 where it is the
#			fall-back (--flag)
#	REPORT_HISTORY	FILE ..., what these users did, TSV: user, item, what is to stand
#			beside it (or nothing), ... (rs-cat -D dict); the user
#			of a newcomer is empty
#	REPORT_HIDDEN	what of theirs was held out, TSV: user, item, ...
#	REPORT_DICT	the folder of the dictionaries, whose labels are shown
#	REPORT_NOTES	LABEL:FILE ..., plain text shown as it is
#	REPORT_GOALS	whose commands are shown; or: all
#	REPORT_MODEL	the model whose origin and recipe are shown
#	REPORT_FILES	what else stands in the table of files: raw data, streams
#
# A _ in a LABEL is shown as a blank.  REPORT_STREAM and REPORT_MODEL are in the
# table of files anyway.  Besides report.html there comes to be headline.tsv: the
# title, metric, value, low, high, label of the baseline and its value.

REPORT := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
REPORT_GOALS ?= all
REPORT_ROWS ?= rows
REPORT_ITEMS ?= items
REPORT_USERS ?= users
REPORT_BASELINE ?= popularity
# Parts of the page, and the tables that its pictures are drawn from.
R = $W/report

# LABEL:FILE as awk's arguments label=LABEL FILE, and the files alone.
report-files = $(foreach p,$1,$(lastword $(subst :, ,$p)))
report-args = $(foreach p,$1,label=$(firstword $(subst :, ,$p)) \
    $(lastword $(subst :, ,$p)))
REPORT_AWK = awk -v dir='$R' -v here='$(REPORT)' -v rows='$(REPORT_ROWS)' \
    -v items='$(REPORT_ITEMS)' -v users='$(REPORT_USERS)' \
    -f $(REPORT)/html.awk
REPORT_SELF = $(wildcard $(REPORT)/*)

REPORT_PARTS = $(if $(REPORT_STREAM),profile) $(if $(REPORT_METRICS),metrics) \
    $(if $(REPORT_LOGS),epochs) $(if $(REPORT_LEDGER),trials) \
    $(if $(REPORT_SAMPLES),samples) $(if $(REPORT_NOTES),notes) \
    commands $(if $(REPORT_STREAM)$(REPORT_MODEL)$(REPORT_FILES),origin)

export REPORT_TITLE REPORT_ABOUT REPORT_CAUTION
export REPORT_W = $(abspath $W)
export REPORT_DATA = $(abspath $(DATA))
export REPORT_ROOT = $(ROOT)

report: $W/report.html
	@echo "the report: $(abspath $W/report.html)"

$W/report.html: $R/head.html $(REPORT_PARTS:%=$R/%.html)
	@(cat $^; echo '</main>'; echo '<footer>Made by <code>make report</code>.'; \
	    echo 'Nothing here is loaded from elsewhere.</footer>'; \
	    echo '</body>'; echo '</html>') > $@.new
	@mv $@.new $@
	@command -v gnuplot > /dev/null || \
	    echo "report: no gnuplot here: its pictures are LEFT OUT" >&2

# Cheap, and it has what is said in variables alone: made anew each time.
$R/head.html: $(if $(REPORT_METRICS),$R/metrics.html) report-head
	@mkdir -p $R
	@$(REPORT_AWK) -v parts='$(REPORT_PARTS)' -f $(REPORT)/head.awk \
	    $(REPORT)/page.css > $@

$R/profile.html: $(REPORT_STREAM) $(REPORT_SELF)
	@mkdir -p $R
	@bash $(REPORT)/profile.sh $< $R $(REPORT_DICT)
	@$(REPORT_AWK) -f $(REPORT)/profile.awk > $@

$R/metrics.html: $(call report-files,$(REPORT_METRICS)) $(REPORT_CHOSEN) \
    $(REPORT_SELF)
	@mkdir -p $R
	@$(REPORT_AWK) -v headline='$(REPORT_HEADLINE)' \
	    -v baseline='$(REPORT_BASELINE)' $(if $(REPORT_CHOSEN), \
	    -v chosen="$$(head -n 1 $(REPORT_CHOSEN))") -f $(REPORT)/metrics.awk \
	    $(call report-args,$(REPORT_METRICS)) > $@
	@(printf '%s\t' "$$REPORT_TITLE"; cat $R/headline) > $W/headline.tsv

$R/epochs.html: $(call report-files,$(REPORT_LOGS)) $(REPORT_SELF)
	@mkdir -p $R
	@$(REPORT_AWK) -f $(REPORT)/epochs.awk \
	    $(call report-args,$(REPORT_LOGS)) > $@

$R/trials.html: $(REPORT_LEDGER) $(REPORT_SELF)
	@mkdir -p $R
	@$(REPORT_AWK) -v tried='$(REPORT_TRIED)' -f $(REPORT)/trials.awk $< > $@

$R/samples.html: $(REPORT_SAMPLES) $(REPORT_HISTORY) $(REPORT_HIDDEN) \
    $(REPORT_SELF)
	@mkdir -p $R
	@$(if $(REPORT_DICT),rs-cat -q $(REPORT_DICT)/item.rsi,true) | \
	    $(REPORT_AWK) -f $(REPORT)/samples.awk kind=labels - \
	    $(if $(REPORT_HISTORY),kind=history $(REPORT_HISTORY)) \
	    $(if $(REPORT_HIDDEN),kind=hidden $(REPORT_HIDDEN)) \
	    kind=answers $(REPORT_SAMPLES) > $@

$R/notes.html: $(call report-files,$(REPORT_NOTES)) $(REPORT_SELF)
	@mkdir -p $R
	@$(REPORT_AWK) -f $(REPORT)/notes.awk \
	    $(call report-args,$(REPORT_NOTES)) > $@

# As it would run them; that nothing need be made must not hide any.
$R/commands.html: $(REPORT_MODEL) $(firstword $(MAKEFILE_LIST)) $(REPORT_SELF)
	@mkdir -p $R
	@(unset GNUMAKEFLAGS; $(MAKE) --dry-run --always-make \
	    --no-print-directory -f $(firstword $(MAKEFILE_LIST)) \
	    $(REPORT_GOALS)) > $R/commands.txt
	@$(if $(REPORT_MODEL),rs-cat -q --recipe $(REPORT_MODEL) > $R/recipe.txt \
	    2> $R/recipe.said || : > $R/recipe.txt)
	@$(REPORT_AWK) -f $(REPORT)/commands.awk $R/commands.txt \
	    $(if $(REPORT_MODEL),recipe=1 $R/recipe.txt) > $@

$R/origin.html: $(REPORT_FILES) $(REPORT_STREAM) $(REPORT_MODEL) $(REPORT_SELF)
	@mkdir -p $R
	@bash $(REPORT)/origin.sh $(REPORT_FILES) $(REPORT_STREAM) \
	    $(REPORT_MODEL) | $(REPORT_AWK) -f $(REPORT)/origin.awk > $@

.PHONY: report report-head
