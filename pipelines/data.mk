# Where data comes from.  With RS_DATA=FOLDER, from there; else each set is
# fetched once from its public address into build/data, and checked: by a
# checksum where one is known, else by its counts in the pipeline that uses it.

ROOT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
DATA := $(if $(RS_DATA),$(RS_DATA),$(ROOT)/build/data)
# Not the first thing that can be fetched.
.DEFAULT_GOAL := all
export PATH := $(ROOT)/build/bin:$(PATH)
# sort and awk work alike wherever the reader is at home.
export LC_ALL := C

# A stage that fails must not look like one that succeeded.
SHELL = bash
.SHELLFLAGS = -eo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

FETCH = curl --fail --silent --show-error --location --retry 3

ifndef RS_DATA
# MovieLens 100k (GroupLens; research use, no redistribution).
$(DATA)/ml-100k/u.data $(DATA)/ml-100k/u.item &:
	@mkdir -p $(DATA)
	$(FETCH) -o $(DATA)/ml-100k.zip \
	    https://files.grouplens.org/datasets/movielens/ml-100k.zip
	unzip -qo $(DATA)/ml-100k.zip -d $(DATA)
	echo '6e47046882bad158b0efbb84cd5cb987  $(DATA)/ml-100k/u.data' | \
	    md5sum --quiet --check
	touch $(DATA)/ml-100k/u.data $(DATA)/ml-100k/u.item

# MovieLens latest-small (GroupLens; no redistribution), which may grow; the
# pipeline counts it.
$(DATA)/ml-latest-small/ratings.csv $(DATA)/ml-latest-small/movies.csv &:
	@mkdir -p $(DATA)
	$(FETCH) -o $(DATA)/ml-latest-small.zip \
	    https://files.grouplens.org/datasets/movielens/ml-latest-small.zip
	unzip -qo $(DATA)/ml-latest-small.zip -d $(DATA)
	touch $(DATA)/ml-latest-small/ratings.csv \
	    $(DATA)/ml-latest-small/movies.csv

# MovieLens 1M (GroupLens; research use, no redistribution).
$(DATA)/ml-1m/ratings.dat $(DATA)/ml-1m/movies.dat &:
	@mkdir -p $(DATA)
	$(FETCH) -o $(DATA)/ml-1m.zip \
	    https://files.grouplens.org/datasets/movielens/ml-1m.zip
	unzip -qo $(DATA)/ml-1m.zip -d $(DATA)
	[ $$(wc -l < $(DATA)/ml-1m/ratings.dat) = 1000209 ]
	touch $(DATA)/ml-1m/ratings.dat $(DATA)/ml-1m/movies.dat

# Online Retail II (UCI, CC BY 4.0): a workbook of two sheets, which become one
# CSV; 1,067,371 rows, as published, or one less in some copies.
$(DATA)/online-retail-ii/online_retail_II.csv.gz:
	@mkdir -p $(@D)
	$(FETCH) -o $(DATA)/online-retail-ii.zip \
	    https://archive.ics.uci.edu/static/public/502/online+retail+ii.zip
	unzip -qo $(DATA)/online-retail-ii.zip -d $(@D)
	bash $(ROOT)/pipelines/online-retail/sheets.sh \
	    $(@D)/online_retail_II.xlsx | gzip -1 > $@
endif
