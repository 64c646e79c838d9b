/** The demo posts of ines_grows and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const inesPosts: readonly DemoPost[] = [
  {
    author: "ines_grows",
    title: "Saving tomato seed the slow, smelly way",
    hoursAgo: 1146,
    content: `Tomato seeds come wrapped in a jelly that tells them *not yet*. Our task is to take the jelly off without hurting the seed, and the kindest way is to let it rot a little.

1. Choose the **best plant**, not the biggest fruit: healthy, early, tasty. No F1 hybrids, their children are a lottery.
2. Squeeze seeds and juice of two or three ripe fruits into a jar. Add a splash of water.
3. Leave the jar somewhere warm, covered with a cloth, for two to four days. Stir daily. It will smell. A skin of mould on top is fine.
4. When the seeds have dropped, fill up with water, pour off everything that floats, and repeat until the water is clear.
5. Dry on a plate or a coffee filter. ~~Kitchen paper~~ sticks to them forever.

Dry for a week, then into a paper envelope, somewhere cool and dark. They keep for five years or more.

**Label the envelope before you fill it.** I say this as someone with eleven envelopes marked *red, good*.`,
    likedBy: ["priya_plots", "saoirse_learns", "bram_bakes", "old_lund", "ruth_toolshed"],
    comments: [
      {
        author: "old_lund",
        text: "*Red, good* is more information than most of my varnish tins carry. I will bring you a box of proper labels on Saturday.",
        minutesAfter: 66,
        likedBy: ["ines_grows", "ruth_toolshed", "saoirse_learns"],
      },
      {
        author: "priya_plots",
        text: "Does temperature change the number of days much? My kitchen is at 17 °C, and four days in the jar still looks like soup.",
        minutesAfter: 300,
        replies: [
          {
            author: "ines_grows",
            text: "Very much. At 17 °C give it five or six. Do not count days, watch for the seeds falling clean to the bottom when you tap the glass.",
            minutesAfter: 110,
            likedBy: ["priya_plots"],
          },
        ],
      },
      {
        author: "bram_bakes",
        text: "So it is sourdough, but for tomatoes. Same jar, same cloth, same argument with the rest of the household about the smell.",
        minutesAfter: 505,
        likedBy: ["ines_grows", "saoirse_learns", "noor_spokes", "priya_plots"],
      },
    ],
  },
  {
    author: "ines_grows",
    title: "What your compost is trying to tell you",
    hoursAgo: 640,
    content: `A heap cannot speak, but it smells, steams and attracts company. Here is my dictionary after nineteen years on plot 14.

| It says | It means | Do this |
| --- | --- | --- |
| Ammonia, eyes water | Too much green | Mix in torn cardboard or straw |
| Rotten eggs | Wet, no air | Turn it, add coarse twigs, cover it |
| Nothing happens | Dry or too brown | A can of water, some grass |
| Cold but damp | Too small | Make it at least a metre each way |
| Ants moved in | Dry in the middle | Water it, turn it |
| Rats | Cooked food, bread | Stop that, sorry, Bram |

Everything else is patience. *Brown* is dry and comes from trees: leaves, card, straw. *Green* is soft and comes from kitchens and lawns. By volume I use **two brown to one green** and correct by nose.

A good handful, squeezed hard, gives one or two drops. If it runs, too wet; if it crumbles, too dry.

And when it smells like a wood after rain, it is done. Stop adding things to it.`,
    likedBy: ["priya_plots", "saoirse_learns", "old_lund", "ruth_toolshed", "yuki_tinkers"],
    comments: [
      {
        author: "bram_bakes",
        text: "I feel seen, and somewhat accused. May stale rye go in at all, if it is buried deep in the middle?",
        minutesAfter: 38,
        likedBy: ["ines_grows", "saoirse_learns"],
        replies: [
          {
            author: "ines_grows",
            text: "A slice, soaked and buried, yes. A *crate*, no. Give the crate to the hens on plot 9; they already speak of you with respect.",
            minutesAfter: 25,
            likedBy: ["bram_bakes", "saoirse_learns", "noor_spokes", "ruth_toolshed"],
            replies: [
              {
                author: "bram_bakes",
                text: "Delivered this morning. I was met at the gate by a committee of six. Nobody at the bakery is ever that pleased.",
                minutesAfter: 1180,
                likedBy: ["ines_grows", "saoirse_learns", "priya_plots"],
              },
            ],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "Does any of this work on a balcony? I have a bucket with a lid, a lot of coffee grounds and two sceptical neighbours.",
        minutesAfter: 200,
        replies: [
          {
            author: "ines_grows",
            text: "Too small to heat, but worms do not mind. Come by, I will give you a starter box of worms. They are quiet and ask for little.",
            minutesAfter: 140,
            likedBy: ["saoirse_learns", "priya_plots"],
          },
        ],
      },
      {
        author: "priya_plots",
        text: "For the record: your heap reached **64 °C** on day five after the last turn. I have the curve and will post it soon.",
        minutesAfter: 330,
        likedBy: ["ines_grows", "yuki_tinkers"],
      },
      {
        author: "old_lund",
        text: "No sawdust from treated timber, please, and no plywood. Clean shavings from the plane are fine, and I make a sack of them a week.",
        minutesAfter: 760,
        likedBy: ["ines_grows", "ruth_toolshed"],
      },
    ],
  },
  {
    author: "ines_grows",
    title: "Seed swap on Saturday: what to bring, what to leave at home",
    hoursAgo: 143,
    content: `The swap is in the tool library, from ten until the tables are empty. You do **not** need to bring anything in order to take something. Last year two people stayed outside because they had no seeds; please, come in.

If you do bring some:

- [x] name of the plant, and of the variety if you know it
- [x] the *year* you saved it
- [x] one honest sentence: "slugs adore it", "late, but worth it"
- [ ] F1 hybrids, because they will not come true
- [ ] anything you would be embarrassed to explain to a botanist

Small paper envelopes work best. Folding instructions for a seed packet made from any square of paper are at [example.org/fold](https://example.org/fold), and Saoirse's daughter has offered to decorate them at the door, for which there may be a queue.

I am bringing nine beans, four tomatoes, the purple carrot and a cress that reseeds itself *whether you like it or not*. I am looking for a hardy leek and for anyone who can tell me what I grew in bed three.`,
    likedBy: ["saoirse_learns", "priya_plots", "bram_bakes", "ruth_toolshed", "old_lund", "noor_spokes"],
    comments: [
      {
        author: "priya_plots",
        text: "I have a leek! It stood through minus eleven under snow in the third winter of my log. I will bring the seed *and* the graph.",
        minutesAfter: 26,
        likedBy: ["ines_grows", "saoirse_learns", "yuki_tinkers"],
        replies: [
          {
            author: "ines_grows",
            text: "A leek with documentation. This community is becoming everything I have ever hoped for. You may take any two beans.",
            minutesAfter: 40,
            likedBy: ["priya_plots", "ruth_toolshed", "bram_bakes"],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "The decorator would like it known that she does *dragons* and *snails*, and that other animals are subject to negotiation.",
        minutesAfter: 95,
        likedBy: ["ines_grows", "ruth_toolshed", "noor_spokes", "bram_bakes", "mateo_solder", "old_lund"],
      },
      {
        author: "ruth_toolshed",
        text: "I need two people at nine to carry tables, and one who can talk to the key box. It has not trusted me since Monday.",
        minutesAfter: 410,
        likedBy: ["ines_grows"],
        replies: [
          {
            author: "mateo_solder",
            text: "I will come at half past eight for the key box. It is the battery contacts, it is *always* the battery contacts.",
            minutesAfter: 65,
            likedBy: ["ruth_toolshed"],
            replies: [
              {
                author: "ruth_toolshed",
                text: "It was the battery contacts. There is a card inside the lid now, with *Not done* filled in and everything.",
                minutesAfter: 3900,
                likedBy: ["mateo_solder", "yuki_tinkers", "noor_spokes"],
              },
            ],
          },
          {
            author: "noor_spokes",
            text: "Tables are fine with me. I will bring the cargo trailer as well, for the bench from the bicycle kitchen.",
            minutesAfter: 120,
            likedBy: ["ruth_toolshed", "ines_grows"],
          },
        ],
      },
      {
        author: "old_lund",
        text: "Bed three, by the shed? Those were salsify, Inês. You gave me some in October, and told me they were parsnips.",
        minutesAfter: 880,
        likedBy: ["ines_grows", "bram_bakes", "priya_plots", "saoirse_learns"],
      },
    ],
  },
];
