/* goods: names for what an invented shop sells. */
#include <inttypes.h>

#include "data/goods.h"

/* What a group sells, and a word or two before it. */
enum { NAMED = 24, NOUNS = 8, LOOKS = 24 };

static const struct {
	const char *name, *noun[NOUNS];
} GROUP[NAMED] = {
	{ "coffee", { "espresso beans", "moka pot", "filter papers",
	    "burr grinder", "milk frother", "pour-over kettle",
	    "travel mug", "cold-brew jug" } },
	{ "garden", { "watering can", "pruning shears", "seed tray",
	    "rain gauge", "wheelbarrow", "bird feeder", "trowel",
	    "tomato cage" } },
	{ "running", { "running shoes", "running socks", "race belt",
	    "head torch", "windbreaker", "foam roller", "water flask",
	    "running cap" } },
	{ "baking", { "loaf tin", "rolling pin", "proving basket",
	    "piping bag", "cake stand", "dough scraper", "flour sieve",
	    "muffin tray" } },
	{ "camping", { "two-person tent", "sleeping bag", "camp stove",
	    "folding chair", "lantern", "dry bag", "hammock",
	    "mess kit" } },
	{ "stationery", { "fountain pen", "notebook", "ink bottle",
	    "washi tape", "desk lamp", "letter opener", "pencil case",
	    "wall planner" } },
	{ "dogs", { "dog lead", "chew toy", "dog bed", "food bowl",
	    "dog coat", "treat pouch", "grooming brush", "travel crate" } },
	{ "music", { "guitar strings", "metronome", "music stand",
	    "ukulele", "clip-on tuner", "drum sticks", "capo",
	    "instrument cable" } },
	{ "skin care", { "face cream", "sun lotion", "lip balm",
	    "clay mask", "hand soap", "rose water", "night serum",
	    "bath salts" } },
	{ "cycling", { "bike pump", "bike lock", "saddle bag",
	    "cycling gloves", "rear light", "bottle cage", "chain oil",
	    "repair kit" } },
	{ "toys", { "marble run", "wooden train", "jigsaw puzzle",
	    "kite", "spinning top", "building blocks", "plush bear",
	    "card game" } },
	{ "tea", { "green tea", "teapot", "tea strainer", "rooibos",
	    "tea caddy", "honey dipper", "porcelain cup",
	    "iced-tea pitcher" } },
	{ "photography", { "tripod", "camera strap", "lens cloth",
	    "light meter", "photo album", "film roll", "flash diffuser",
	    "memory card" } },
	{ "knitting", { "merino yarn", "knitting needles", "stitch markers",
	    "crochet hook", "row counter", "yarn bowl", "sock pattern",
	    "darning kit" } },
	{ "workshop", { "claw hammer", "spirit level", "screwdriver set",
	    "hand saw", "wood glue", "tape measure", "clamp",
	    "tool roll" } },
	{ "winter sports", { "ski goggles", "ski socks", "sledge",
	    "snow gloves", "ski wax", "neck warmer", "ice skates",
	    "snow shovel" } },
	{ "books", { "crime novel", "poetry collection", "travel guide",
	    "cookbook", "star atlas", "field guide", "short stories",
	    "picture book" } },
	{ "aquarium", { "air pump", "fish food", "gravel", "water heater",
	    "fish net", "algae scraper", "aquarium plant", "filter pad" } },
	{ "painting", { "watercolour set", "sable brush", "easel",
	    "sketch pad", "oil paint", "palette knife", "canvas",
	    "charcoal sticks" } },
	{ "yoga", { "yoga mat", "cork block", "stretch strap",
	    "meditation cushion", "yoga leggings", "balance board",
	    "massage ball", "incense" } },
	{ "bathroom", { "bath towel", "soap dish", "shower curtain",
	    "bath mat", "toothbrush holder", "shaving mirror",
	    "laundry basket", "robe" } },
	{ "home audio", { "bookshelf speaker", "turntable", "headphones",
	    "record brush", "radio", "speaker stand", "phono cable",
	    "record crate" } },
	{ "fishing", { "fishing rod", "tackle box", "spinning reel",
	    "landing net", "lure set", "fishing line", "bait bucket",
	    "wading boots" } },
	{ "spices", { "smoked paprika", "saffron", "pepper mill",
	    "curry blend", "vanilla pods", "sea salt", "spice rack",
	    "chilli flakes" } },
};

static const char *const LOOK[LOOKS] = {
	"classic", "large", "small", "blue", "green", "travel", "premium",
	"everyday", "red", "compact", "handmade", "black", "white", "vintage",
	"organic", "yellow", "light", "sturdy", "grey", "modern", "rustic",
	"orange", "festive", "deluxe",
};

void
rs_goods_group(uint64_t group, struct rs_buf *b)
{
	rs_buf_str(b, GROUP[group % NAMED].name);
	if (group >= NAMED)
		rs_buf_printf(b, " %" PRIu64, group / NAMED + 1);
}

void
rs_goods_item(uint64_t group, uint64_t nth, struct rs_buf *b)
{
	const char *noun = GROUP[group % NAMED].noun[nth % NOUNS];

	/* From another look for each noun and group, or all would begin
	 * alike. */
	rs_buf_printf(b, "%s %s", LOOK[(nth / NOUNS + nth % NOUNS * 5 +
	    group * 7) % LOOKS], noun);
	if (group >= NAMED || nth >= NOUNS * LOOKS)
		rs_buf_printf(b, " %" PRIu64 "/%" PRIu64, group / NAMED + 1,
		    nth / (NOUNS * LOOKS) + 1);
}
