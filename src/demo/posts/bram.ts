/** The demo posts of bram_bakes and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const bramPosts: readonly DemoPost[] = [
  {
    author: "bram_bakes",
    title: "A rye loaf that forgives you",
    hoursAgo: 1340,
    content: `People are afraid of rye because it behaves like mortar. Good: mortar does not need kneading. This is the loaf I give to beginners, because there is nothing in it to get wrong except impatience.

| What | Grams | Share of flour |
| --- | ---: | ---: |
| Wholegrain rye flour | 500 | 100 % |
| Water, hand-warm | 430 | 86 % |
| Ripe rye starter | 100 | 20 % |
| Salt | 10 | 2 % |

1. Stir everything together with a wet spoon. Two minutes, no more.
2. Scrape into an oiled one-kilo tin and smooth the top with a wet hand.
3. Dust with flour and wait until the flour shows **cracks**, three to five hours.
4. Bake for 15 minutes at 240 °C, then 45 minutes at 200 °C.

Now the hard part: *leave it alone until tomorrow*. Cut warm, it is glue. Cut the next day, it is bread, and it stays bread for a week.`,
    likedBy: [
      "saoirse_learns",
      "ines_grows",
      "noor_spokes",
      "priya_plots",
      "ruth_toolshed",
      "old_lund",
      "mateo_solder",
    ],
    comments: [
      {
        author: "ines_grows",
        text: "I add two spoons of caraway and a handful of last year's sunflower seeds. It disappears at the allotment before the coffee does.",
        minutesAfter: 88,
        likedBy: ["bram_bakes", "saoirse_learns"],
      },
      {
        author: "saoirse_learns",
        text: "Is the starter meant to float before I use it? Mine sinks like a stone, but it does smell nicely of apples.",
        minutesAfter: 190,
        replies: [
          {
            author: "bram_bakes",
            text: "Forget floating; that is a test for wheat. A rye starter is ripe when it has domed, is full of holes inside, and just begins to sag.",
            minutesAfter: 35,
            likedBy: ["saoirse_learns", "priya_plots"],
            replies: [
              {
                author: "saoirse_learns",
                text: "Then it was ripe at about nine this morning and I missed it entirely. Feeding it again now.",
                minutesAfter: 12,
              },
            ],
          },
        ],
      },
      {
        author: "priya_plots",
        text: "I put a thermometer in mine: it was done at **97 °C** in the middle. The crust told me nothing, since all my crusts are dark.",
        minutesAfter: 2900,
        likedBy: ["bram_bakes"],
      },
      {
        author: "old_lund",
        text: "My mother wrapped hers in a linen cloth overnight. The crust softens and the knife stops skating about. Worth the washing.",
        minutesAfter: 4100,
        likedBy: ["bram_bakes", "ruth_toolshed", "ines_grows"],
      },
    ],
  },
  {
    author: "bram_bakes",
    title: "When your starter sulks in a cold kitchen",
    hoursAgo: 889,
    content: `Every year, in the first cold week, five people write to me that their starter has *died*. It has not. It is asleep, as any sensible creature would be at sixteen degrees.

What the thermometer does to a feeding of equal parts starter, flour and water, in my kitchen:

| Temperature | Ready after |
| ---: | :--- |
| 16 °C | 14–18 hours |
| 20 °C | 8–10 hours |
| 24 °C | 5–6 hours |
| 28 °C | about 4 hours |

So do one of these things, in order of effort:

1. **Wait longer.** Free, and the flavour is better.
2. Use warmer water. Hand-warm, never hot; above 40 °C you are cooking it.
3. Put the jar in the oven with *only the lamp* on. And put a note on the oven door, since one day someone will preheat it.
4. Keep back more of the old starter: twice as much as the new flour, until spring.

A grey liquid on top means hunger, not illness. Pink or orange streaks are another matter: throw it out, wash the jar, and ask a neighbour for a spoonful.`,
    likedBy: ["saoirse_learns", "priya_plots", "ines_grows", "noor_spokes"],
    comments: [
      {
        author: "noor_spokes",
        text: "The note on the oven door is not a joke. Rest in peace, *Professor Bubble*, baked at 220 degrees in his own jar.",
        minutesAfter: 33,
        likedBy: ["bram_bakes", "saoirse_learns", "mateo_solder", "priya_plots", "ines_grows", "yuki_tinkers"],
        replies: [
          {
            author: "saoirse_learns",
            text: "I am so sorry. I also have to admit that I laughed out loud on the tram. Did any of him survive?",
            minutesAfter: 21,
            likedBy: ["noor_spokes"],
            replies: [
              {
                author: "noor_spokes",
                text: "Bram had a spoonful of him in the bakery fridge. Which is the real lesson: give some away, and you have a backup.",
                minutesAfter: 13,
                likedBy: ["yuki_tinkers", "bram_bakes", "saoirse_learns"],
              },
            ],
          },
        ],
      },
      {
        author: "priya_plots",
        text: "Your table looks roughly exponential: about a factor of two for every five degrees. May I log a jar for a week and check?",
        minutesAfter: 160,
        likedBy: ["bram_bakes", "yuki_tinkers"],
        replies: [
          {
            author: "bram_bakes",
            text: "Please do. I only ever wrote it on flour bags, and the flour bags went out with the recycling.",
            minutesAfter: 77,
            likedBy: ["priya_plots"],
          },
        ],
      },
      {
        author: "ines_grows",
        text: "I keep mine on the shelf over the propagator, at a steady 24. The peppers and the bread get along very well.",
        minutesAfter: 640,
        likedBy: ["bram_bakes"],
      },
      {
        author: "mateo_solder",
        text: "If you use the oven lamp, check that it is not an LED replacement. Mine gave beautiful light and no warmth whatsoever.",
        minutesAfter: 905,
        likedBy: ["bram_bakes", "noor_spokes"],
      },
    ],
  },
  {
    author: "bram_bakes",
    title: "Baking for the repair café: quantities for forty",
    hoursAgo: 284,
    content: `I am away for the next café, so here is everything the kitchen needs in order to feed forty people with dirty hands. All of it can be made the day before, and all of it can be eaten without a fork.

| Thing | Makes | Main ingredients |
| --- | --- | --- |
| Rye squares | 60 | 3 tins of the forgiving loaf, cut thin |
| Bean spread | 2 kg | 1 kg cooked white beans, 200 g oil, lemon, garlic |
| Apple tray cake | 48 | 1.2 kg flour, 800 g butter, 600 g sugar, 12 eggs, 2.5 kg apples |
| Carrot sticks | plenty | whatever Inês leaves at the door |

Notes for whoever takes the apron:

- The oven at the hall runs **15 degrees hot** on the left side. Turn the trays halfway.
- Lift the door when closing it. There is a label now, thank you, Yuki.
- Mark the cake without egg with a *green* toothpick. Two people depend on it.
- Count the knives when you leave.

And make more tea than seems reasonable. Nobody ever complained of *too much tea*.`,
    likedBy: ["ruth_toolshed", "mateo_solder", "ines_grows", "saoirse_learns", "noor_spokes"],
    comments: [
      {
        author: "saoirse_learns",
        text: "I will do the rye squares, if someone stands beside me for the slicing. Three tins is more bread than I have made in my life.",
        minutesAfter: 70,
        likedBy: ["bram_bakes", "ruth_toolshed", "noor_spokes"],
        replies: [
          {
            author: "old_lund",
            text: "I shall slice. I have a very sharp bread knife on loan from its owner and steady hands until about three o'clock.",
            minutesAfter: 90,
            likedBy: ["saoirse_learns", "bram_bakes"],
          },
        ],
      },
      {
        author: "ines_grows",
        text: "Carrots will be at the door by eight: orange, yellow and one purple kind that stains. Consider yourselves and your shirts warned.",
        minutesAfter: 150,
        likedBy: ["bram_bakes", "saoirse_learns"],
      },
      {
        author: "priya_plots",
        text: "Apple cake is mine. Is the version without egg a different recipe, or do I leave them out and hope?",
        minutesAfter: 260,
        replies: [
          {
            author: "bram_bakes",
            text: "Never hope. For each egg take 60 g of apple sauce and a pinch more baking powder. Bake it five minutes longer.",
            minutesAfter: 38,
            likedBy: ["priya_plots", "saoirse_learns"],
          },
        ],
      },
      {
        author: "ruth_toolshed",
        text: "Counted the knives afterwards: **one more** than we started with. If you miss a small paring knife with a red handle, it is on hook K7.",
        minutesAfter: 6900,
        likedBy: ["bram_bakes", "mateo_solder", "noor_spokes", "yuki_tinkers"],
      },
    ],
  },
];
