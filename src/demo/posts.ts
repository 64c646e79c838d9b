/** The thirty posts of the demo community with their threads and likes, oldest first. Data. */

import type { DemoHandle } from "./users.js";

export interface DemoComment {
  readonly author: DemoHandle;
  /** Markdown. */
  readonly text: string;
  /** Minutes after the post; in a reply, minutes after the comment it answers. */
  readonly minutesAfter: number;
  /** Each handle once. Default nobody. */
  readonly likedBy?: readonly DemoHandle[];
  readonly replies?: readonly DemoComment[];
}

export interface DemoPost {
  readonly author: DemoHandle;
  /** At most 120 characters. */
  readonly title: string;
  /** Markdown. */
  readonly content: string;
  /** Hours before the moment the demo is put in; every comment still lies before that moment. */
  readonly hoursAgo: number;
  /** Each handle once. */
  readonly likedBy: readonly DemoHandle[];
  readonly comments: readonly DemoComment[];
}

export const demoPosts: readonly DemoPost[] = [
  {
    author: "ruth_toolshed",
    title: "Welcome: what this place is for",
    hoursAgo: 1431,
    content: `Hello, all. Between the bicycle kitchen, the repair café, the allotments and the tool library, we kept having the same good conversations on four different doorsteps. This is the fifth doorstep, and it has a search box.

A few customs, none of them strict:

1. **Say what you tried.** A failed attempt is worth more than a clean question.
2. **Come back and tell us.** The most useful comment in any thread is the one that says what it turned out to be.
3. **Nobody is too new.** Everyone here has put a tyre on backwards, or will.

> A thing repaired badly and honestly is a lesson. A thing repaired badly and quietly is a trap.

If your repair touches mains electricity, brakes or a ladder, please ask before you guess. The opening hours of all four places are on [the shared calendar](https://example.org/calendar).

*Tea is on the left, biscuits are wherever Mateo left them.*`,
    likedBy: [
      "noor_spokes",
      "wilk_radio",
      "ines_grows",
      "bram_bakes",
      "yuki_tinkers",
      "mateo_solder",
      "saoirse_learns",
      "old_lund",
      "priya_plots",
    ],
    comments: [
      {
        author: "mateo_solder",
        text: "The biscuits are in the drawer marked *fuses, assorted*. I stand by that decision; it is the only drawer nobody raids.",
        minutesAfter: 14,
        likedBy: ["ruth_toolshed", "noor_spokes", "bram_bakes", "saoirse_learns"],
        replies: [
          {
            author: "bram_bakes",
            text: "It *was* the only drawer nobody raids. You have just published its address to the entire neighbourhood.",
            minutesAfter: 6,
            likedBy: ["mateo_solder", "ines_grows"],
            replies: [
              {
                author: "mateo_solder",
                text: "Moving them tonight. The new drawer will be announced to people who return the good wire strippers.",
                minutesAfter: 11,
                likedBy: ["ruth_toolshed"],
              },
            ],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "Thank you for rule three. I have been walking past the bicycle kitchen for a month, too shy to come in with a squeaky wheel.",
        minutesAfter: 75,
        likedBy: ["ruth_toolshed", "noor_spokes", "old_lund"],
        replies: [
          {
            author: "noor_spokes",
            text: "Squeaky wheels are exactly the entry fee. Come on Tuesday, six o'clock, bring the bike and no excuses.",
            minutesAfter: 22,
            likedBy: ["saoirse_learns"],
          },
        ],
      },
      {
        author: "old_lund",
        text: "Good quote, Ruth. On the slip we put it shorter: *sign your work*. A man who signs it sands it twice.",
        minutesAfter: 310,
        likedBy: ["ruth_toolshed", "wilk_radio"],
      },
      {
        author: "priya_plots",
        text: "Could the calendar also carry the seed swap dates? I would like to put all of it on one page by the kettle.",
        minutesAfter: 1320,
        replies: [
          {
            author: "ruth_toolshed",
            text: "Done. The swap is there from this month on, in green, naturally. Tell me if a date looks wrong.",
            minutesAfter: 95,
          },
        ],
      },
    ],
  },
  {
    author: "noor_spokes",
    title: "Truing a wheel without a stand: two zip ties and some patience",
    hoursAgo: 1384,
    content: `You do not need a truing stand to fix a wobble. You need the bike upside down, a spoke key that *fits*, and two zip ties.

Fasten one tie to each side of the fork (or the stays, at the back), trim the tails so they almost touch the rim, and spin.

- Where the rim ticks the **left** tie, it must move right: loosen the left spokes there by a quarter turn, tighten the right ones by a quarter turn.
- Work on the worst spot only. Spin again. Find the *new* worst spot.
- Never more than a quarter turn at a time, and never more than four spokes before you spin again.

If a nipple will not turn, put a drop of oil on it and go and make tea. If a spoke turns with the nipple, hold it with flat pliers near the top.

Stop at about one millimetre. Brakes forgive a millimetre, and a wheel that has been chased to perfection by a tired person is usually worse the next morning. My longer notes are at [example.org/wheels](https://example.org/wheels).`,
    likedBy: ["saoirse_learns", "ruth_toolshed", "old_lund", "mateo_solder", "yuki_tinkers", "wilk_radio"],
    comments: [
      {
        author: "saoirse_learns",
        text: "Tried this last night. Went from *thump thump* to a faint tick. The bit about stopping at a millimetre saved me from myself.",
        minutesAfter: 1105,
        likedBy: ["noor_spokes", "ruth_toolshed", "bram_bakes"],
        replies: [
          {
            author: "noor_spokes",
            text: "That is a proper result for a first wheel. Check it again after fifty kilometres; spokes settle, and a second pass takes five minutes.",
            minutesAfter: 48,
            likedBy: ["saoirse_learns"],
          },
        ],
      },
      {
        author: "mateo_solder",
        text: "Which way is *tighten*, when the wheel is upside down and you are looking at the nipple from the hub? I get it wrong every single time.",
        minutesAfter: 140,
        replies: [
          {
            author: "noor_spokes",
            text: "Imagine a screwdriver on the *outside* of the rim, pointing at the hub. From there clockwise tightens, as always. From the hub side it looks reversed.",
            minutesAfter: 31,
            likedBy: ["mateo_solder", "saoirse_learns", "old_lund"],
            replies: [
              {
                author: "mateo_solder",
                text: "Drew an arrow on the rim tape with a marker. Problem solved for this wheel, and for this wheel only.",
                minutesAfter: 17,
                likedBy: ["noor_spokes"],
              },
            ],
          },
        ],
      },
      {
        author: "ruth_toolshed",
        text: "We have three spoke keys in drawer B4, all different sizes. A loose key rounds the nipple, so please borrow the whole ring and test.",
        minutesAfter: 260,
        likedBy: ["noor_spokes"],
      },
    ],
  },
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
    author: "wilk_radio",
    title: "The 1958 kitchen radio that hummed, and what it turned out to be",
    hoursAgo: 1297,
    content: `A neighbour brought a cream-coloured kitchen radio that had been her aunt's. It played, but behind every voice there was a steady hum, like a refrigerator with opinions.

**What I listened for.** Turn the volume right down. If the hum stays, it enters *after* the volume control, so suspect the power supply. If it goes, look earlier. Hers stayed.

**What it was.** The smoothing capacitor, a tall tin can, had dried out. Of its 50 µF about 6 were left.

**What I did.**

1. Unplugged it, waited, and discharged the can through a resistor. Then *measured*, because waiting is not measuring.
2. Left the old can in place, disconnected, so the chassis still looks right.
3. Fitted two modern capacitors underneath, on a small tag strip.

Please note that sets like this may have one side of the mains on the metal chassis. If you do not own an isolating transformer, do not open one alone; bring it on a Thursday instead.

She cried a little when it played. I pretended to look for a screw.`,
    likedBy: [
      "mateo_solder",
      "ruth_toolshed",
      "old_lund",
      "yuki_tinkers",
      "saoirse_learns",
      "bram_bakes",
      "priya_plots",
      "noor_spokes",
    ],
    comments: [
      {
        author: "mateo_solder",
        text: "*Waiting is not measuring* goes on the wall of the repair café. I mean it. I am printing it tonight.",
        minutesAfter: 42,
        likedBy: ["wilk_radio", "ruth_toolshed", "priya_plots", "yuki_tinkers"],
        replies: [
          {
            author: "priya_plots",
            text: "Print two, please. It applies to every sensor I have ever left in a hedge and trusted until spring.",
            minutesAfter: 133,
            likedBy: ["mateo_solder"],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "Turning the volume down to see on which side the fault lives is just bisecting. I love that it works on furniture.",
        minutesAfter: 205,
        likedBy: ["wilk_radio", "mateo_solder"],
        replies: [
          {
            author: "wilk_radio",
            text: "We called it *halving the set*. Start in the middle, put a finger on the grid, and believe whichever half complains.",
            minutesAfter: 64,
            likedBy: ["yuki_tinkers", "old_lund"],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "What resistor do you use for discharging, and how do you hold it without touching anything? Asking so that I know, not so that I do it.",
        minutesAfter: 610,
        replies: [
          {
            author: "wilk_radio",
            text: "About 10 kΩ, five watts, soldered between two insulated probes. One hand holds it, the other stays in a pocket. Asking first is the right order.",
            minutesAfter: 90,
            likedBy: ["saoirse_learns", "mateo_solder", "ruth_toolshed"],
          },
        ],
      },
    ],
  },
  {
    author: "saoirse_learns",
    title: "How do you tell a worn chain from a dirty one?",
    hoursAgo: 1251,
    content: `My cargo bike skips under load, only in the two smallest gears and only uphill. A friend said *new chain*, another said *clean it first*, and the shop said *new everything*.

What I have tried so far:

- Cleaned the chain with an old toothbrush until the cloth stayed more or less grey.
- Oiled each link and wiped the outside dry.
- Turned the little barrel screw on the derailleur half a turn each way. It changed the noise but not the skipping.

I also put a ruler along the chain, because someone at the kitchen mentioned it, and measured from the middle of one pin to the middle of the pin twelve full links further on. It reads a bit over **308 mm**. I have no idea whether that is a good number.

Bike is about six years old, nine gears at the back, mostly carrying a child and groceries. What would you do next, in which order, if you did not want to spend much?`,
    likedBy: ["noor_spokes", "ruth_toolshed", "priya_plots"],
    comments: [
      {
        author: "noor_spokes",
        text: "Lovely measurement! New is 304.8 mm. At 307 you change a nine-speed chain and keep the rest; past 308 the cassette has usually worn along with it.",
        minutesAfter: 25,
        likedBy: ["saoirse_learns", "ruth_toolshed", "priya_plots", "old_lund"],
        replies: [
          {
            author: "saoirse_learns",
            text: "So the shop was right after all? I had already prepared a small speech about waste and greed.",
            minutesAfter: 18,
            replies: [
              {
                author: "noor_spokes",
                text: "Half right. Skipping only in the *two smallest* means those two are worn. Chain plus cassette, yes; your chainring probably has years left. Bring it and we look.",
                minutesAfter: 9,
                likedBy: ["saoirse_learns", "mateo_solder"],
              },
            ],
          },
        ],
      },
      {
        author: "old_lund",
        text: "Whatever you fit, write the date and the distance on a bit of tape under the saddle. Memory is the first part to wear.",
        minutesAfter: 170,
        likedBy: ["saoirse_learns", "yuki_tinkers", "noor_spokes"],
      },
      {
        author: "ruth_toolshed",
        text: "Chain whip and cassette tool are drawer B2, chain breaker B3. Take the big adjustable spanner as well, people always come back for it.",
        minutesAfter: 240,
        likedBy: ["noor_spokes"],
      },
      {
        author: "saoirse_learns",
        text: "**Result:** new chain and cassette, 41 euros, two hours with Noor. No skipping on the hill with child *and* potatoes. Thank you all.",
        minutesAfter: 8700,
        likedBy: ["noor_spokes", "ruth_toolshed", "old_lund", "ines_grows", "mateo_solder", "bram_bakes"],
      },
    ],
  },
  {
    author: "yuki_tinkers",
    title: "Ten lines that remind me to water the seedlings",
    hoursAgo: 1190,
    content: `Inês gave me a tray of pepper seedlings on the condition that I would not kill them. I do not trust myself, so I wrote a script. It reads one line per tray from a text file and prints the thirsty ones.

~~~python
from datetime import date, timedelta
from pathlib import Path

today = date.today()
for line in Path("trays.txt").read_text().splitlines():
    if not line.strip() or line.startswith("#"):
        continue
    name, every_days, last = line.split("|")
    due = date.fromisoformat(last.strip()) + timedelta(days=int(every_days))
    if due <= today:
        print(f"{name.strip()}: due {due}, {(today - due).days} days late")
~~~

And the file:

~~~text
# name | every n days | last watered
peppers | 2 | 2026-03-04
basil   | 1 | 2026-03-05
~~~

It runs when I open a terminal in the morning. *No app, no account, no battery.* The deliberate omission: it never writes the date for me. Editing the file by hand is how I know that I actually carried the can.`,
    likedBy: ["ines_grows", "priya_plots", "ruth_toolshed", "mateo_solder", "saoirse_learns"],
    comments: [
      {
        author: "ines_grows",
        text: "I approve of everything except *every two days*. Lift the tray: if it is heavy, walk away. Peppers drown far more often than they thirst.",
        minutesAfter: 52,
        likedBy: ["yuki_tinkers", "priya_plots", "saoirse_learns"],
        replies: [
          {
            author: "yuki_tinkers",
            text: "So the script should say *go and lift the tray*, not *water*. Changing the wording is a one-line fix with the largest effect.",
            minutesAfter: 27,
            likedBy: ["ines_grows", "mateo_solder"],
            replies: [
              {
                author: "ines_grows",
                text: "Exactly. The best reminder is the one that sends you to look. The plant knows more than the file does.",
                minutesAfter: 15,
                likedBy: ["yuki_tinkers", "ruth_toolshed"],
              },
            ],
          },
        ],
      },
      {
        author: "priya_plots",
        text: "If you appended a line for every watering instead of editing the old one, you would have a *history* by summer. Just saying. Graphs.",
        minutesAfter: 180,
        likedBy: ["yuki_tinkers"],
        replies: [
          {
            author: "yuki_tinkers",
            text: "I knew you would say that, and I have already left room for it. Same format, the last line for a name wins.",
            minutesAfter: 40,
            likedBy: ["priya_plots"],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "First program I have ever read from top to bottom and understood. What happens if I misspell a date in the file?",
        minutesAfter: 420,
        likedBy: ["yuki_tinkers"],
        replies: [
          {
            author: "yuki_tinkers",
            text: "It stops with `Invalid isoformat string` and shows you the text. Not pretty, but it never guesses, and it waters nothing by mistake.",
            minutesAfter: 33,
          },
        ],
      },
    ],
  },
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
    author: "priya_plots",
    title: "What a cheap soil moisture sensor really measures",
    hoursAgo: 1098,
    content: `Short answer: not moisture. The flat capacitive kind measures how well the stuff around it stores electric charge. Water does that far better than soil or air, so the reading *follows* moisture, but it also follows temperature, salt and how firmly you pressed the earth around it.

What has worked for me:

- **Calibrate each one.** I note the value in air, in a glass of water up to the line, and in my own soil both oven-dry and soaked. No two agree.
- **Seal the edges** of the board with nail varnish. The bare sides drink water and drift for weeks.
- Read at the same hour. Between noon and night I see a swing of 8 % in perfectly still soil.
- Take the median of nine readings. *Not* the mean: one wild value ruins it.

~~~js
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
~~~

And the honest limit: I trust it to say *drier than yesterday*. I do not trust it to say *31 %*. Raw data of one summer is at [example.org/soil](https://example.org/soil).`,
    likedBy: ["yuki_tinkers", "ines_grows", "mateo_solder", "wilk_radio"],
    comments: [
      {
        author: "mateo_solder",
        text: "Nail varnish works. Two coats, and do the top edge around the connector as well; that is where mine went green within a month.",
        minutesAfter: 95,
        likedBy: ["priya_plots"],
        replies: [
          {
            author: "priya_plots",
            text: "Thank you, I had forgotten the connector. Mine are now purple with glitter, which also makes them easy to find among the beans.",
            minutesAfter: 55,
            likedBy: ["mateo_solder", "ines_grows", "saoirse_learns"],
          },
        ],
      },
      {
        author: "ines_grows",
        text: "I have a finger that measures moisture, temperature and slugs at once. But I do like your graph of the week I was away.",
        minutesAfter: 260,
        likedBy: ["priya_plots", "old_lund", "bram_bakes"],
        replies: [
          {
            author: "priya_plots",
            text: "Your finger is the reference instrument. I calibrate against it and I am not even joking: *dry*, *fine*, *wet*, three columns.",
            minutesAfter: 70,
            likedBy: ["ines_grows", "yuki_tinkers"],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "Small note for anyone copying the line: without `(a, b) => a - b` JavaScript sorts numbers as text, and 100 comes before 9.",
        minutesAfter: 380,
        likedBy: ["priya_plots", "mateo_solder"],
      },
      {
        author: "wilk_radio",
        text: "In my trade we would say you built a capacitor and the garden is the dielectric. Beautiful. Keep the leads short.",
        minutesAfter: 700,
        likedBy: ["priya_plots"],
      },
    ],
  },
  {
    author: "old_lund",
    title: "Sharpening: you own two stones too many",
    hoursAgo: 1041,
    content: `Every month someone shows me a box of sharpening stones and a blunt knife. The stones are for the *box*. The knife needs one stone, of about 1000 grit, and a strip of old leather.

The whole craft is four sentences.

1. Keep one angle; a matchbox under the spine gives you a fair one for a kitchen knife.
2. Work one side until you feel a **burr** along the entire far edge with your thumb, stroking *away* from it.
3. Turn it over and do the same.
4. Then lighter and lighter, side by side, and finish on the leather, edge trailing.

If you do not feel a burr, you have not reached the edge yet, and nothing that follows will help. That is where nearly everyone stops.

> Count burrs, not strokes.

Flatten the stone on a paving slab with wet sand when it goes hollow. And a sharp blade is the safe one: the blunt knife is the one that slips and goes looking for you.`,
    likedBy: ["ruth_toolshed", "bram_bakes", "noor_spokes", "saoirse_learns", "wilk_radio", "ines_grows"],
    comments: [
      {
        author: "bram_bakes",
        text: "Does this hold for bread knives? Mine tears the crumb now, and I have been told serrated ones cannot be sharpened at all.",
        minutesAfter: 130,
        replies: [
          {
            author: "old_lund",
            text: "They can. A thin round file, one tooth at a time, from the bevelled side only. Three strokes each, then wipe the burr off the flat side.",
            minutesAfter: 210,
            likedBy: ["bram_bakes", "ruth_toolshed", "saoirse_learns"],
            replies: [
              {
                author: "bram_bakes",
                text: "Sixty-one teeth later: it falls through a crust again. I had priced a new one last week. Thank you, Anders.",
                minutesAfter: 3900,
                likedBy: ["old_lund", "ruth_toolshed", "noor_spokes"],
              },
            ],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "I found the burr! Nobody ever told me you are supposed to *feel* something. I had been polishing the shoulder for years.",
        minutesAfter: 1500,
        likedBy: ["old_lund", "noor_spokes", "ines_grows"],
      },
      {
        author: "ruth_toolshed",
        text: "The tool library has one good 1000 stone and a strop. If three people want an evening with Anders, I will put it on the calendar.",
        minutesAfter: 1720,
        likedBy: ["saoirse_learns", "bram_bakes", "ines_grows"],
        replies: [
          {
            author: "ines_grows",
            text: "Count me in, with a hoe, two secateurs and a very sad bread knife that Bram has been rude about.",
            minutesAfter: 44,
            likedBy: ["ruth_toolshed"],
          },
          {
            author: "noor_spokes",
            text: "Me too. I have cable cutters that chew rather than cut, and I would like to know whether they can be saved.",
            minutesAfter: 180,
          },
        ],
      },
    ],
  },
  {
    author: "mateo_solder",
    title: "What I check first on a dead lamp",
    hoursAgo: 993,
    content: `Lamps are the kindest patients: few parts, and most of them in plain sight. **Unplug first**, then go from the cheap to the dear.

- [ ] Another bulb, one that you have *just* seen working
- [ ] The socket in the wall, with another lamp
- [ ] The fuse in the plug, if your plugs have one
- [ ] The cord: bend it gently along its length, especially within a hand's width of the plug and of the lamp
- [ ] The switch: meter across it, on and off, ten times
- [ ] The little tongue in the bulb holder, which gets pushed flat and no longer reaches the bulb

In my notebook of the last hundred lamps, the cord or its ends were at fault **43** times, the switch **22**, the holder tongue **14**, and eleven times there was nothing wrong but the bulb.

Two rules that are not negotiable at our table: a metal lamp gets its earth wire checked end to end, and every lamp is tested by a second person before it goes home.`,
    likedBy: ["ruth_toolshed", "wilk_radio", "yuki_tinkers", "priya_plots", "saoirse_learns"],
    comments: [
      {
        author: "priya_plots",
        text: "You have a notebook with a hundred lamps in it and have never shown it to me? May I *please* make a chart?",
        minutesAfter: 20,
        likedBy: ["mateo_solder", "yuki_tinkers", "ruth_toolshed"],
        replies: [
          {
            author: "mateo_solder",
            text: "It is coffee-stained, partly in Spanish, and three lamps are drawings only. If you can read it, it is yours on Thursday.",
            minutesAfter: 37,
            likedBy: ["priya_plots"],
            replies: [
              {
                author: "priya_plots",
                text: "Best dataset of the year. Bringing a scanner, two pens and a cake, in ascending order of importance.",
                minutesAfter: 8,
                likedBy: ["mateo_solder", "bram_bakes"],
              },
            ],
          },
        ],
      },
      {
        author: "wilk_radio",
        text: "About the tongue: lift it only with the lamp *unplugged*, and with something wooden. I have seen people do it live with a screwdriver.",
        minutesAfter: 145,
        likedBy: ["mateo_solder", "ruth_toolshed", "old_lund"],
      },
      {
        author: "saoirse_learns",
        text: "It was the bulb. I had tested it with another dead bulb. I am telling you this so that others may feel better.",
        minutesAfter: 2050,
        likedBy: ["mateo_solder", "noor_spokes", "yuki_tinkers", "ruth_toolshed", "bram_bakes"],
      },
    ],
  },
  {
    author: "noor_spokes",
    title: "Notes from Tuesday: eleven bikes, one tandem, no tears",
    hoursAgo: 950,
    content: `A full house yesterday. For those who could not come, and for my own memory:

- **Eleven** bikes came in, nine rode home. The two that stayed wait for a left crank and for their owner's courage.
- The tandem's mystery creak was not the bottom bracket, nor the pedals, nor the chainrings. It was a *saddle clamp*, the rear one. We took the whole drivetrain apart first, of course.
- Somebody's grandfather came to watch, stayed to work, and rebuilt a coaster brake from memory.
- We are out of 700 × 32 inner tubes and of blue rags.

What I learned: a creak travels. Put your hand on each joint while a friend pedals, and you can *feel* the one that your ear gets wrong. Start at the saddle, because it costs nothing.

Next week is a **quiet evening** for people who find the usual crowd a bit much: six places, no music, put your name on [the list](https://example.org/quiet-tuesday).`,
    likedBy: ["ruth_toolshed", "saoirse_learns", "bram_bakes", "old_lund"],
    comments: [
      {
        author: "old_lund",
        text: "The coaster brake gentleman is called Henk and he would like to come again, but he will not ask. So I am asking.",
        minutesAfter: 390,
        likedBy: ["noor_spokes", "ruth_toolshed", "saoirse_learns", "ines_grows"],
        replies: [
          {
            author: "noor_spokes",
            text: "Tell Henk that the bench by the window is his, and that three coaster hubs are already lying on it.",
            minutesAfter: 60,
            likedBy: ["old_lund", "saoirse_learns"],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "Thank you for the quiet evening. I have put my name down, and one for a friend who has never dared to come.",
        minutesAfter: 510,
        likedBy: ["noor_spokes"],
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
    author: "yuki_tinkers",
    title: "A backup you have never restored is a wish",
    hoursAgo: 842,
    content: `Ruth asked me to look after the copies of the tool library spreadsheet. Copying is easy. What I did not have was any evidence that the copies could be *opened*. So now the script restores every backup straight after making it, and complains if the two differ.

~~~sh
#!/bin/sh
set -eu
stamp=$(date -u +%Y-%m-%d)
tar -czf "backup-$stamp.tar.gz" notes

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
tar -xzf "backup-$stamp.tar.gz" -C "$work"

if diff -r notes "$work/notes"; then
  echo "backup-$stamp restores cleanly"
else
  echo "backup-$stamp differs from the original" >&2
  exit 1
fi
~~~

It takes four seconds. In the second week it found a file whose name my old archive tool had been *quietly skipping* for two years.

Three questions to ask of any backup, on paper or on disk:

1. Who gets to know when it **stops** running?
2. Would it survive the same flood, or the same mistaken click?
3. When did you last read one back?`,
    likedBy: ["ruth_toolshed", "mateo_solder", "priya_plots", "wilk_radio", "noor_spokes"],
    comments: [
      {
        author: "ruth_toolshed",
        text: "For the record, the flood question was not theoretical. The notebook lived on the floor beside the sink until yesterday. It has a shelf now.",
        minutesAfter: 50,
        likedBy: ["yuki_tinkers", "mateo_solder", "noor_spokes", "old_lund"],
      },
      {
        author: "priya_plots",
        text: "What about a file that changes *while* you copy? My logger writes every minute, so the comparison would fail about half the time.",
        minutesAfter: 215,
        replies: [
          {
            author: "yuki_tinkers",
            text: "Then compare against a list of checksums taken from a frozen copy. For your log: copy it aside first, archive the copy, and let the original run on.",
            minutesAfter: 46,
            likedBy: ["priya_plots"],
            replies: [
              {
                author: "priya_plots",
                text: "Works. It cost one line and thirty megabytes. I have also discovered that I own six copies of the same April.",
                minutesAfter: 880,
                likedBy: ["yuki_tinkers"],
              },
            ],
          },
        ],
      },
      {
        author: "wilk_radio",
        text: "I have schematics on floppy disks that I have been *backing up* by owning two drives. You have ruined my evening, thank you.",
        minutesAfter: 500,
        likedBy: ["yuki_tinkers", "mateo_solder", "ruth_toolshed"],
        replies: [
          {
            author: "mateo_solder",
            text: "I have a working USB floppy reader. Bring them on Thursday, and bring the bad ones first, they only get worse.",
            minutesAfter: 120,
            likedBy: ["wilk_radio", "yuki_tinkers"],
          },
        ],
      },
    ],
  },
  {
    author: "ruth_toolshed",
    title: "How we lend three hundred tools with a notebook and a hook",
    hoursAgo: 795,
    content: `Visitors expect a database. What we have is a **wall**. Every tool hangs on a hook, behind every tool is its painted outline, and when you take a tool you hang your name tag in its place.

That is the entire system, and this is why it works:

- *The state is visible from the door.* An empty outline with a tag is lent; an empty outline without a tag is a conversation.
- Nobody needs to be logged in to return a drill at seven in the evening.
- It cannot be out of date, because it is not a copy of anything.

The notebook is for what a hook cannot say: faults, promises, due dates longer than a week. The spreadsheet is for the insurance, once a year.

Where it fails, honestly:

1. Small sets. We once had 22 of 25 drill bits for an entire winter.
2. Reservations. Two weddings wanted the long ladder on the same Saturday.
3. Anyone called *Jan*. There are nine tags with that name.

If you are starting one, a drawing of our wall is at [example.org/wall](https://example.org/wall). Copy it freely.`,
    likedBy: ["yuki_tinkers", "noor_spokes", "old_lund", "mateo_solder", "ines_grows", "priya_plots", "saoirse_learns"],
    comments: [
      {
        author: "yuki_tinkers",
        text: "*It cannot be out of date, because it is not a copy of anything* is the best sentence about databases I have read in years.",
        minutesAfter: 18,
        likedBy: ["ruth_toolshed", "priya_plots", "mateo_solder", "wilk_radio", "saoirse_learns"],
      },
      {
        author: "noor_spokes",
        text: "For the drill bits: cut a foam tray with one hole per bit. A missing bit then stares at you until you find it.",
        minutesAfter: 150,
        likedBy: ["ruth_toolshed", "old_lund"],
        replies: [
          {
            author: "old_lund",
            text: "Or a block of beech with holes drilled by the bits themselves. I have an offcut the right size. You shall have it on Friday.",
            minutesAfter: 85,
            likedBy: ["ruth_toolshed", "noor_spokes"],
            replies: [
              {
                author: "ruth_toolshed",
                text: "It arrived, oiled and with the sizes stamped in. It is now the most beautiful object in the whole building.",
                minutesAfter: 2980,
                likedBy: ["old_lund", "noor_spokes", "ines_grows"],
              },
            ],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "Could the Jans have different *colours* of tag? My daughter is four, has paint, and is very available.",
        minutesAfter: 410,
        likedBy: ["ruth_toolshed", "ines_grows", "noor_spokes"],
        replies: [
          {
            author: "ruth_toolshed",
            text: "She is hired. Payment in biscuits, if we can find out which drawer they live in this month.",
            minutesAfter: 30,
            likedBy: ["saoirse_learns", "mateo_solder"],
          },
        ],
      },
      {
        author: "ines_grows",
        text: "We copied the outlines for the allotment shed. Within a week three trowels had returned from places nobody would confess to.",
        minutesAfter: 5200,
        likedBy: ["ruth_toolshed"],
      },
    ],
  },
  {
    author: "saoirse_learns",
    title: "My first loaf was a paving stone. The second was not.",
    hoursAgo: 741,
    content: `Reporting back, as Ruth's second rule demands.

**Loaf one** was made on a Sunday, in a hurry, with the starter straight from the fridge. I waited the three hours that the recipe said, saw no cracks in the flour, and baked it anyway. Result: 900 grams, four centimetres high. My daughter asked whether it was for the garden path.

**Loaf two**, with what you told me:

- fed the starter the evening before *and* in the morning
- stood the tin on the shelf above the radiator, 25 °C by the borrowed thermometer
- did not look at the clock at all, only at the flour on top
- went for a walk so as not to fiddle

The cracks came after four and a half hours. It rose by about a third, which I gather is what rye does. And then the worst part: waiting until the next morning, with the whole flat smelling like that.

> It tastes like bread that somebody *made*.

That was my daughter, mouth full. I have written it on the tin.`,
    likedBy: [
      "bram_bakes",
      "noor_spokes",
      "ruth_toolshed",
      "ines_grows",
      "priya_plots",
      "old_lund",
      "mateo_solder",
      "yuki_tinkers",
      "wilk_radio",
    ],
    comments: [
      {
        author: "bram_bakes",
        text: "Not looking at the clock took me six years to learn. You have done it in two loaves. I am proud and slightly annoyed.",
        minutesAfter: 28,
        likedBy: ["saoirse_learns", "noor_spokes", "ruth_toolshed", "ines_grows"],
        replies: [
          {
            author: "saoirse_learns",
            text: "It helped that the kitchen clock has been broken since March. It is on my list for Mateo, but now I hesitate.",
            minutesAfter: 16,
            likedBy: ["bram_bakes", "mateo_solder"],
            replies: [
              {
                author: "mateo_solder",
                text: "I can repair it so that it runs, but shows nothing between nine and two. Bakers' edition.",
                minutesAfter: 39,
                likedBy: ["saoirse_learns", "bram_bakes", "yuki_tinkers"],
              },
            ],
          },
        ],
      },
      {
        author: "ines_grows",
        text: "Keep a slice of the paving stone, dried and ground. Breadcrumbs with that much flavour are hard to buy anywhere.",
        minutesAfter: 90,
        likedBy: ["saoirse_learns", "bram_bakes"],
      },
      {
        author: "old_lund",
        text: "Your daughter is right, and she should be asked to judge the repair café cakes as well. We lack a critic.",
        minutesAfter: 155,
        likedBy: ["saoirse_learns", "ruth_toolshed"],
      },
      {
        author: "priya_plots",
        text: "25 °C and four and a half hours sits exactly on Bram's curve. I have added your loaf as a data point, labelled *Saoirse 2*.",
        minutesAfter: 270,
        likedBy: ["saoirse_learns", "bram_bakes", "yuki_tinkers"],
        replies: [
          {
            author: "saoirse_learns",
            text: "Please also include *Saoirse 1*, for science. Temperature unknown, patience zero, height four centimetres.",
            minutesAfter: 24,
            likedBy: ["priya_plots"],
          },
        ],
      },
      {
        author: "noor_spokes",
        text: "A loaf you can ride over and a loaf you can ride *for*. Bring the second kind on Tuesday, if any of it is left.",
        minutesAfter: 460,
        likedBy: ["saoirse_learns"],
      },
      {
        author: "ruth_toolshed",
        text: "And **this** is why rule two exists. I have linked your report from the welcome post, I hope that is all right.",
        minutesAfter: 880,
        likedBy: ["saoirse_learns", "wilk_radio"],
      },
      {
        author: "wilk_radio",
        text: "My wife read this aloud at breakfast and has gone to buy rye flour. I hold you responsible for whatever happens in our kitchen.",
        minutesAfter: 1010,
        likedBy: ["bram_bakes", "saoirse_learns", "ines_grows"],
      },
    ],
  },
  {
    author: "wilk_radio",
    title: "Reading resistor bands after the colours have gone",
    hoursAgo: 698,
    content: `After sixty years near a hot valve, every band is brown. Red goes brown, orange goes brown, violet goes a sort of brown. Before you reach for the meter, let the *numbers* help you.

Resistors were made in preferred steps, twelve to a decade at ten per cent:

| First two digits | Bands |
| --- | --- |
| 10, 12, 15, 18 | brown + black, red, green, grey |
| 22, 27 | red + red, violet |
| 33, 39 | orange + orange, white |
| 47 | yellow + violet |
| 56 | green + blue |
| 68 | blue + grey |
| 82 | grey + red |

So *something-brown, clearly violet* can only be **27** or **47**, and yellow seldom fades as far as red. One good band usually decides.

Then measure, with one leg lifted. Old carbon parts drift **upwards**: a 100 kΩ that reads 130 is tired, a 47 kΩ that reads 30 has something else in parallel, or you forgot to lift the leg.

Last resort: the schematic glued inside the lid. Somebody once took the trouble.`,
    likedBy: ["mateo_solder", "yuki_tinkers", "priya_plots"],
    comments: [
      {
        author: "mateo_solder",
        text: "Add a cold white lamp and a phone camera with the saturation turned up. Bands that my eye gave up on come back on the screen.",
        minutesAfter: 110,
        likedBy: ["wilk_radio", "priya_plots", "yuki_tinkers"],
        replies: [
          {
            author: "wilk_radio",
            text: "I tried it under protest, and it works. I shall continue to protest for the sake of appearances.",
            minutesAfter: 1400,
            likedBy: ["mateo_solder", "ruth_toolshed"],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "Twelve allowed values out of a hundred: it is an error-correcting code made of paint. Nobody designed it as one, and still.",
        minutesAfter: 340,
        likedBy: ["wilk_radio", "priya_plots"],
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
    author: "mateo_solder",
    title: "Cold joints: learn to see them, then learn to make fewer",
    hoursAgo: 587,
    content: `Half of the *dead* electronics on my table is alive except for one solder joint. A good lamp and a magnifier find it faster than a meter.

**How a good joint looks:** a small hollow slope, like a volcano with its feet well spread on the pad. Forget the shine. Leaded solder shines, lead-free is dull and perfectly happy.

**How a bad one looks:**

- a *ball* sitting on the pad, with an edge you could slip a fingernail under
- a fine dark **ring** around the pin, as if drawn with a sharp pencil: cracked by heat or by movement
- a grey, grainy blob: moved while it was setting

Look first where there is weight, heat or a human hand: sockets, transformers, power transistors, volume knobs.

To mend one:

1. Unplug, and let the large capacitors empty.
2. Add a touch of flux and a little *fresh* solder.
3. Heat pad and pin **together**, two to three seconds, then hold still.

If it does not flow, it is dirty or you are too cold. More pressure is never the answer.`,
    likedBy: ["wilk_radio", "priya_plots", "yuki_tinkers", "saoirse_learns"],
    comments: [
      {
        author: "wilk_radio",
        text: "*More pressure is never the answer.* In sixty words you have described soldering, marriage and the removal of stuck knobs.",
        minutesAfter: 47,
        likedBy: ["mateo_solder", "ruth_toolshed", "old_lund", "bram_bakes", "noor_spokes"],
      },
      {
        author: "priya_plots",
        text: "Found one with a ring, on the battery connector of my oldest hedge node. It had been *randomly* rebooting on windy days since autumn.",
        minutesAfter: 1290,
        likedBy: ["mateo_solder", "yuki_tinkers", "ines_grows"],
        replies: [
          {
            author: "mateo_solder",
            text: "Wind! Of course. Put a dab of hot glue on the cable beside the connector, so that the joint no longer carries the weight.",
            minutesAfter: 58,
            likedBy: ["priya_plots"],
            replies: [
              {
                author: "priya_plots",
                text: "Glued. Eleven days without a reboot, including last night's storm. The graph is gloriously dull.",
                minutesAfter: 15800,
                likedBy: ["mateo_solder", "wilk_radio"],
              },
            ],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "Is there something safe to practise on? I would rather not learn on my neighbour's record player.",
        minutesAfter: 2100,
        replies: [
          {
            author: "mateo_solder",
            text: "There is a box of scrap boards under the bench. Take off ten parts, put them back, show me. Then we talk about the record player.",
            minutesAfter: 75,
            likedBy: ["saoirse_learns", "ruth_toolshed"],
          },
        ],
      },
    ],
  },
  {
    author: "priya_plots",
    title: "Charting the life of a compost heap",
    hoursAgo: 541,
    content: `As promised to Inês: six weeks of plot 14 with a probe forty centimetres deep, one reading every half hour. The heap has *moods*.

What the curve shows:

- Each turning drops it by about **20 °C** within the hour. Two days later it is back, and higher.
- The peaks get lower every time: 64, 58, 49, 37 °C. After the fourth it follows the weather like any other dirt, which is Inês's definition of *done*.
- Rain cools it far less than a lid left open.

The daily summary needs no library:

~~~python
import csv
from collections import defaultdict

by_day = defaultdict(list)
with open("heap.csv", newline="") as file:
    for row in csv.DictReader(file):
        by_day[row["time"][:10]].append(float(row["celsius"]))

for day, values in sorted(by_day.items()):
    print(day, "#" * round(max(values)))
~~~

One mistake worth sharing: for the first week the probe sat beside a lump of wet grass, and I was charting *that lump*. Two probes, always. The data is at [example.org/heap](https://example.org/heap).`,
    likedBy: ["ines_grows", "yuki_tinkers", "mateo_solder", "bram_bakes", "ruth_toolshed"],
    comments: [
      {
        author: "ines_grows",
        text: "Nineteen years I have turned it every ten days because my uncle did. Your curve says seven. I shall tell him gently.",
        minutesAfter: 85,
        likedBy: ["priya_plots", "old_lund", "bram_bakes", "saoirse_learns"],
        replies: [
          {
            author: "priya_plots",
            text: "Tell him his ten days cost only four degrees at the peak. As rules of thumb go, his thumb was remarkably good.",
            minutesAfter: 34,
            likedBy: ["ines_grows", "old_lund"],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "A bar chart made of `#` signs, in one line. I could kiss it. If the file ever has gaps, do you skip those days or show them empty?",
        minutesAfter: 230,
        likedBy: ["priya_plots"],
        replies: [
          {
            author: "priya_plots",
            text: "They vanish, and that is a small lie. An empty line would be the honest thing. I will fix it tonight.",
            minutesAfter: 61,
            likedBy: ["yuki_tinkers"],
          },
        ],
      },
    ],
  },
  {
    author: "old_lund",
    title: "A new handle for an old hoe, in one evening",
    hoursAgo: 486,
    content: `Inês brought a hoe with a good head and a handle made of rot and tape. A shop handle costs little and breaks in two years. This one will outlast me.

1. **Wood.** Ash, split rather than sawn if you can get it. Look along the stick: the grain must run from one end to the other and not leave through the side. Where it leaves is where it breaks.
2. **Shape.** From square to eight sides with a plane, from eight to sixteen, then round with a spokeshave. Do not trust sandpaper with shape; it only does *smooth*.
3. **Fit.** Burn nothing, hammer nothing. Rub the socket with pencil, push it on, pull it off, and shave away the black spots. Ten times is normal.
4. **Fix.** One screw through the socket hole, pre-drilled.
5. **Oil.** Raw linseed, warm, three thin coats over three days, wiped dry.

Spread the oily rags flat *outdoors* to dry. In a heap they heat up by themselves and catch fire. It is not a story; I have seen a boathouse go.`,
    likedBy: ["ines_grows", "ruth_toolshed", "noor_spokes", "wilk_radio", "saoirse_learns", "bram_bakes"],
    comments: [
      {
        author: "ines_grows",
        text: "I have hoed the entire bean row with it and noticed *nothing*, which is the greatest praise I can give a handle.",
        minutesAfter: 1400,
        likedBy: ["old_lund", "ruth_toolshed", "noor_spokes"],
        replies: [
          {
            author: "old_lund",
            text: "Then it is the right length too. Hang it up by the head in winter, so that the end never stands on wet ground.",
            minutesAfter: 220,
            likedBy: ["ines_grows"],
          },
        ],
      },
      {
        author: "ruth_toolshed",
        text: "The rag warning is now painted above our bin, in red. We have a metal one with a lid and water in it.",
        minutesAfter: 180,
        likedBy: ["old_lund", "mateo_solder", "wilk_radio"],
      },
      {
        author: "saoirse_learns",
        text: "Why from square to eight to sixteen? Could one not simply go round and round until it looks right?",
        minutesAfter: 600,
        replies: [
          {
            author: "old_lund",
            text: "You could, and you would get a potato. Flats can be *seen and counted*. If the eight are even, the sixteen are even, and round comes for free.",
            minutesAfter: 95,
            likedBy: ["saoirse_learns", "yuki_tinkers", "bram_bakes", "noor_spokes"],
            replies: [
              {
                author: "yuki_tinkers",
                text: "Small steps, each easy to check, and the hard thing falls out at the end. I am stealing this for my next talk.",
                minutesAfter: 130,
                likedBy: ["old_lund", "priya_plots"],
              },
            ],
          },
        ],
      },
    ],
  },
  {
    author: "noor_spokes",
    title: "Squealing rim brakes: the order in which to try things",
    hoursAgo: 433,
    content: `A squeal is a vibration, so something is dirty, loose or hitting flat. Try these in order; each takes longer than the one before it.

1. **Clean the rim** with methylated spirit and a cloth that has never met oil. Cures a third of them.
2. **Clean the pads.** A few strokes with sandpaper, and pick out the metal splinters with a needle.
3. **Tighten.** Rock the wheel with the brake on. A knock at the fork is the headset, a click at the arm is the pivot.
4. **Toe in.** Fold a business card, put it under the *rear* end of the pad, squeeze the lever, tighten the pad, pull the card out. The front of the pad now touches first.
5. **New pads.** Past the wear line, or hard as a boot heel: replace them.

And while you are there, look at the rim. If the wall is hollow to the touch, or the wear groove has gone, the wheel is finished. *A squeal is a nuisance; a rim that bursts is not.*

Never spray anything on a brake. Not even the spray that says it is for brakes.`,
    likedBy: ["saoirse_learns", "ruth_toolshed", "mateo_solder", "bram_bakes"],
    comments: [
      {
        author: "bram_bakes",
        text: "The delivery bike has announced me to the whole street at five every morning for a year. Step one did it. Half the street thanks you.",
        minutesAfter: 1510,
        likedBy: ["noor_spokes", "saoirse_learns", "ruth_toolshed", "mateo_solder"],
        replies: [
          {
            author: "noor_spokes",
            text: "And the other half of the street? I hope you did not wake *them* with the silence.",
            minutesAfter: 12,
            likedBy: ["saoirse_learns"],
            replies: [
              {
                author: "bram_bakes",
                text: "Overslept. Apparently I was somebody's alarm clock. I have promised to ring the bell twice at number 31.",
                minutesAfter: 9,
                likedBy: ["noor_spokes", "saoirse_learns", "ines_grows", "mateo_solder", "yuki_tinkers"],
              },
            ],
          },
        ],
      },
      {
        author: "wilk_radio",
        text: "A vibration needs gain and delay to sustain itself. Your toe-in lowers the gain, I suppose. My oscillators squeal for the same reason.",
        minutesAfter: 320,
        likedBy: ["noor_spokes", "mateo_solder"],
      },
      {
        author: "saoirse_learns",
        text: "How do I tell whether the groove is *gone* or was never there? My rims are smooth all around, and the bike was second-hand.",
        minutesAfter: 700,
        replies: [
          {
            author: "noor_spokes",
            text: "Put a straight edge across the braking surface. If light shows in the middle, deeper than a fingernail, it is worn. Bring it before you ride down the big hill, please.",
            minutesAfter: 40,
            likedBy: ["saoirse_learns", "old_lund"],
          },
        ],
      },
    ],
  },
  {
    author: "yuki_tinkers",
    title: "Writing error messages for tired people",
    hoursAgo: 388,
    content: `Nobody reads an error message on a good day. They read it at eleven at night, with one eye, wanting to go to bed. I try to write for *that* person.

A message should answer three things: **what** was it about, what did you **expect**, and what did you **get**. Bonus: what should I do now?

~~~text
bad:     Error: invalid input
better:  quantity is invalid
good:    quantity must be a whole number from 1 to 99, got "twelve"
best:    quantity must be a whole number from 1 to 99, got "twelve" (orders.txt, line 7)
~~~

Things I have stopped doing:

- Saying *please*. The machine is not sorry, and the word pushes the useful part off the screen.
- Saying *simply* or *just*. If it were simple, there would be no error.
- Blaming. "You entered" becomes "got".
- Stopping at the first problem. If there are five, say five.

The same holds off-screen. A tag on a broken drill that says *broken* helps nobody. "Chuck slips above 8 mm, fine for small holes, Ruth, May" is a good error message.`,
    likedBy: [
      "ruth_toolshed",
      "priya_plots",
      "mateo_solder",
      "saoirse_learns",
      "wilk_radio",
      "noor_spokes",
      "old_lund",
      "ines_grows",
    ],
    comments: [
      {
        author: "ruth_toolshed",
        text: "I had to check the tag on the drill. It says *broken-ish*. I am the problem, and it will be corrected tomorrow.",
        minutesAfter: 22,
        likedBy: ["yuki_tinkers", "mateo_solder", "noor_spokes", "old_lund", "saoirse_learns"],
      },
      {
        author: "mateo_solder",
        text: "The oven at the community hall shows `E-31`. The manual says: *E-31: an error has occurred*. I think about that a lot.",
        minutesAfter: 105,
        likedBy: ["yuki_tinkers", "bram_bakes", "priya_plots", "wilk_radio", "saoirse_learns"],
        replies: [
          {
            author: "bram_bakes",
            text: "E-31 is the door switch. Push the door up while closing it. It has cost me two trays of buns to learn that.",
            minutesAfter: 48,
            likedBy: ["mateo_solder", "ruth_toolshed"],
            replies: [
              {
                author: "ruth_toolshed",
                text: "Bram, please write that on a label and stick it on the oven. You have just heard how.",
                minutesAfter: 15,
                likedBy: ["yuki_tinkers", "mateo_solder", "bram_bakes"],
                replies: [
                  {
                    author: "bram_bakes",
                    text: "*Door switch must close, got gap. Lift the door by 5 mm while pushing. Bram.* Good enough?",
                    minutesAfter: 21,
                    likedBy: ["yuki_tinkers", "ruth_toolshed", "priya_plots"],
                  },
                ],
              },
            ],
          },
        ],
      },
      {
        author: "priya_plots",
        text: "I would add: print the *unit*. `timeout 30` has cost me a weekend. Thirty what? It turned out to be minutes.",
        minutesAfter: 190,
        likedBy: ["yuki_tinkers", "mateo_solder", "wilk_radio"],
      },
      {
        author: "saoirse_learns",
        text: "As the tired person: yes, all of it. And could they also let me *copy* the text? I end up photographing my screen.",
        minutesAfter: 350,
        likedBy: ["yuki_tinkers", "priya_plots"],
        replies: [
          {
            author: "yuki_tinkers",
            text: "Oh, that is good. Adding it to the list: a message that cannot be copied cannot be searched for, either.",
            minutesAfter: 28,
            likedBy: ["saoirse_learns"],
          },
        ],
      },
      {
        author: "old_lund",
        text: "A cracked plank groans before it goes. Very poor message, but always on time. Do not forget about *early*.",
        minutesAfter: 900,
        likedBy: ["yuki_tinkers", "wilk_radio", "ruth_toolshed", "noor_spokes"],
      },
      {
        author: "ines_grows",
        text: "Yellow leaves: *something is wrong with water, light, food or me*. Plants would not pass your review, Yuki.",
        minutesAfter: 1250,
        likedBy: ["yuki_tinkers", "priya_plots", "saoirse_learns", "bram_bakes"],
      },
    ],
  },
  {
    author: "saoirse_learns",
    title: "Help: my dynamo light flickers at walking pace",
    hoursAgo: 331,
    content: `The front light of the cargo bike runs off a dynamo in the hub. When I ride it is bright and steady. When I *push* the bike, or crawl behind a bus, it flickers quite strongly. The rear light does not flicker at all.

What I checked, because I have learned how to ask now:

1. Both plugs at the hub: clean, tight, no green stuff.
2. Wiggled the cable along the fork while a friend spun the wheel slowly. No change.
3. Spun the wheel *fast* by hand: steady.
4. Swapped the two wires at the hub connector, since somebody said polarity. No change at all.
5. The frame is not used as the return; there are two wires all the way.

The rear light keeps glowing for some minutes after I stop. The front one goes out at once.

Is this a fault, or is it how these lights **are**? And if it is a fault, is it one that I can solder? I have now done *ten* practice parts, and Mateo has seen them.`,
    likedBy: ["mateo_solder", "noor_spokes", "ruth_toolshed"],
    comments: [
      {
        author: "mateo_solder",
        text: "Superb report. My guess: a hub gives alternating current, slow when you walk. The rear has a capacitor that fills the gaps, the front perhaps has none.",
        minutesAfter: 17,
        likedBy: ["saoirse_learns", "noor_spokes", "wilk_radio", "yuki_tinkers"],
        replies: [
          {
            author: "saoirse_learns",
            text: "So the flicker is the *current* going back and forth? I can see electricity? That is the best thing I have heard this week.",
            minutesAfter: 8,
            likedBy: ["mateo_solder", "wilk_radio", "priya_plots", "noor_spokes"],
            replies: [
              {
                author: "wilk_radio",
                text: "You can. At walking pace a typical hub makes about ten full swings a second, so twenty flashes. That is right at the edge of what the eye can follow.",
                minutesAfter: 45,
                likedBy: ["saoirse_learns", "mateo_solder", "priya_plots"],
              },
            ],
          },
        ],
      },
      {
        author: "noor_spokes",
        text: "Cheap front lights do this from new. If it has *always* flickered, it is how it is. If it began lately, its standlight may have died.",
        minutesAfter: 60,
        likedBy: ["saoirse_learns", "mateo_solder"],
        replies: [
          {
            author: "saoirse_learns",
            text: "The shop photo shows a little *standlight* logo on the lamp. So it should keep glowing, and it does not.",
            minutesAfter: 33,
            replies: [
              {
                author: "mateo_solder",
                text: "Then I bet on the capacitor inside. If the case has screws, it is a two-leg part and *yes*, you can solder it. Thursday, you hold the iron.",
                minutesAfter: 14,
                likedBy: ["saoirse_learns", "ruth_toolshed", "noor_spokes"],
              },
            ],
          },
        ],
      },
      {
        author: "saoirse_learns",
        text: "**Result:** one capacitor, 1.80 euros, one leg had corroded through. I soldered it in myself. It glows for six minutes. I have been switching off the hall light to look at it.",
        minutesAfter: 4600,
        likedBy: [
          "mateo_solder",
          "noor_spokes",
          "wilk_radio",
          "ruth_toolshed",
          "old_lund",
          "bram_bakes",
          "priya_plots",
          "yuki_tinkers",
        ],
        replies: [
          {
            author: "ruth_toolshed",
            text: "From *too shy to come in* to this, in under two months. I am putting it in the notebook, in ink.",
            minutesAfter: 55,
            likedBy: ["saoirse_learns", "noor_spokes", "mateo_solder", "old_lund"],
          },
        ],
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
  {
    author: "ruth_toolshed",
    title: "A repair note that the next person can use",
    hoursAgo: 237,
    content: `Things come back. The hedge trimmer we mended in spring is on the bench again, and nobody remembers what was done. So, from this week, every repair gets a card, and the card lives *with the tool*.

Please copy this form:

~~~text
What:      hedge trimmer, green, no. 112
Complaint: stops after ten minutes
Found:     brush on the left worn down to 3 mm
Did:       both brushes replaced, commutator wiped
Used:      brushes 6 x 10 mm, drawer F3, last pair
Not done:  cord is stiff near the grip, watch it
Who, when: Ruth and Mateo, 12 May
~~~

Three remarks:

- **Found** is not **Did**. If you changed something and do not know whether it was the cause, write that.
- **Not done** is the most valuable line on the card. It is a letter to a stranger.
- Write *last pair* when it is the last pair.

Blank cards hang by the door. A version to print yourself is at [example.org/card](https://example.org/card), and it fits in a bicycle's saddle bag too.`,
    likedBy: ["mateo_solder", "yuki_tinkers", "noor_spokes", "wilk_radio", "old_lund", "priya_plots"],
    comments: [
      {
        author: "wilk_radio",
        text: "Inside old sets I sometimes find the repairer's slip from 1961, with a signature. It is like being handed the tool by a colleague.",
        minutesAfter: 65,
        likedBy: ["ruth_toolshed", "mateo_solder", "old_lund", "yuki_tinkers", "saoirse_learns"],
        replies: [
          {
            author: "ruth_toolshed",
            text: "That is *precisely* the feeling I am after. Could you bring one to show people? I would like it on the wall.",
            minutesAfter: 50,
            likedBy: ["wilk_radio"],
            replies: [
              {
                author: "wilk_radio",
                text: "I will bring the one that says *customer insists it is haunted, replaced rectifier, still haunted*.",
                minutesAfter: 19,
                likedBy: [
                  "ruth_toolshed",
                  "mateo_solder",
                  "yuki_tinkers",
                  "bram_bakes",
                  "noor_spokes",
                  "saoirse_learns",
                ],
              },
            ],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "This is a better commit message than most I have seen. *Not done* ought to be a required field everywhere.",
        minutesAfter: 140,
        likedBy: ["ruth_toolshed", "priya_plots", "mateo_solder"],
      },
      {
        author: "noor_spokes",
        text: "Printed forty for the kitchen. I added one line, **Ride home: yes / no / walk**, since people never remember what I told them.",
        minutesAfter: 480,
        likedBy: ["ruth_toolshed", "saoirse_learns", "old_lund"],
      },
    ],
  },
  {
    author: "wilk_radio",
    title: "Twenty metres of wire: a proper aerial for a shed",
    hoursAgo: 190,
    content: `A valve set with a metre of wire behind it hears your neighbour's phone charger and little else. Give it twenty metres and some height, and after dark it hears half a continent.

- **Wire:** any insulated copper that carries its own weight. Bell wire is fine for a season.
- **Route:** as high and as far *from the house* as you can. Mine goes from the shed to the pear tree, and sags a little on purpose, because trees move.
- **Insulators** at both ends. A slice of old plastic chopping board with two holes works very well.
- **Lead-in** through the window frame in a bit of tubing, with a drip loop outside, so that the rain falls off before it comes in.

Two warnings, in earnest. *Never* run it over, under or near a power line, not even for a test. And when thunder is forecast, unhook it and connect it to the earth rod **outside**, well before the first rumble.

Last night at ten: a choir, a football match in a language I do not know, and a very long weather report. I listened to all of it.`,
    likedBy: ["mateo_solder", "old_lund", "yuki_tinkers", "ruth_toolshed"],
    comments: [],
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
  {
    author: "priya_plots",
    title: "From nine days to five months on one battery",
    hoursAgo: 92,
    content: `My hedge node used to eat a 2500 mAh cell in nine days. It now lasts five months, and the program is unchanged. All of the waste was in what the board did **while it was asleep**.

Put a meter in the battery lead and write down what each part costs:

| State | Before | After |
| --- | ---: | ---: |
| Asleep | 11.0 mA | 0.15 mA |
| Awake, 4 s in every 10 min, averaged | 0.53 mA | 0.53 mA |
| **Total** | **11.5 mA** | **0.68 mA** |

What went:

1. The power LED, scraped off with a knife: 2 mA.
2. The USB chip, now fed only when the cable is in: about 8 mA.
3. The regulator, swapped for one that rests properly: nearly all of the remainder.

~~~python
capacity_mah = 2500
for name, average_ma in {"before": 11.5, "after": 0.68}.items():
    print(f"{name}: {capacity_mah / average_ma / 24:.0f} days")
~~~

Next I could wake up less often, since *now* that is where the current goes. But a heap that is read only every hour is no fun to watch.`,
    likedBy: ["mateo_solder", "yuki_tinkers", "wilk_radio", "ines_grows"],
    comments: [
      {
        author: "mateo_solder",
        text: "Scraping off the LED with a knife is the most satisfying repair there is. Did you check that nothing else was fed through its resistor?",
        minutesAfter: 55,
        likedBy: ["priya_plots"],
        replies: [
          {
            author: "priya_plots",
            text: "I checked *afterwards*, which I realise is the wrong order. Luckily no. It is on the card, under **Not done**.",
            minutesAfter: 20,
            likedBy: ["mateo_solder", "ruth_toolshed", "wilk_radio"],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "A lovely reminder that the fast code in my script does not matter if the rest of the machine is awake and waiting for it.",
        minutesAfter: 240,
        likedBy: ["priya_plots", "mateo_solder"],
      },
      {
        author: "wilk_radio",
        text: "My receiver draws 60 watts in order to whisper. I shall not show it your table; it is old and proud.",
        minutesAfter: 520,
        likedBy: ["priya_plots", "mateo_solder", "yuki_tinkers", "saoirse_learns"],
      },
      {
        author: "ines_grows",
        text: "So it will now last from sowing until the last beans? Then I want one in the greenhouse, please. Purple, with glitter.",
        minutesAfter: 1440,
        likedBy: ["priya_plots", "saoirse_learns"],
        replies: [
          {
            author: "priya_plots",
            text: "Already varnished and drying on the windowsill. I will trade it for the salsify that you think are parsnips.",
            minutesAfter: 75,
            likedBy: ["ines_grows", "old_lund", "bram_bakes"],
          },
        ],
      },
    ],
  },
  {
    author: "old_lund",
    title: "On mending things that are not worth it",
    hoursAgo: 41,
    content: `A young man at the café asked me why I had spent four hours on a stool that costs fifteen in the shop. A fair question. I gave him a poor answer, so here is a better one.

The stool is *worth* fifteen. But the four hours were not spent on the stool alone. In them:

- I learned how that joint fails, and I will never again make one that way.
- Two people watched, and one of them has since mended a chair.
- My hands stayed in practice, which at seventy-three is not a small matter.
- A woman got back the stool that her sons stood on to reach the sink.

> Price is what the next one costs. It says nothing about this one.

I do not say that everything should be kept. I have burned many a boat. Some things were made so badly that mending them is a kind of *flattery*. But decide it with the thing in your hands, and after you have understood how it broke. If you throw it out then, you have at least been taught something.

Bring your worthless things. I have time.`,
    likedBy: [
      "ruth_toolshed",
      "noor_spokes",
      "wilk_radio",
      "mateo_solder",
      "saoirse_learns",
      "ines_grows",
      "bram_bakes",
      "yuki_tinkers",
      "priya_plots",
    ],
    comments: [
      {
        author: "ruth_toolshed",
        text: "I would like to read this aloud at the opening of the next café, Anders, if you can bear to be in the room.",
        minutesAfter: 30,
        likedBy: ["old_lund", "noor_spokes", "saoirse_learns", "mateo_solder"],
        replies: [
          {
            author: "old_lund",
            text: "I shall be at the back, looking for a screw. I learned that trick from Tomasz and it has never failed.",
            minutesAfter: 70,
            likedBy: ["ruth_toolshed", "wilk_radio", "saoirse_learns", "mateo_solder"],
            replies: [
              {
                author: "wilk_radio",
                text: "There is only one screw back there, and by then I will be holding it. You will have to look for the washer.",
                minutesAfter: 42,
                likedBy: ["old_lund", "ruth_toolshed", "noor_spokes", "bram_bakes"],
              },
            ],
          },
        ],
      },
      {
        author: "yuki_tinkers",
        text: "*Decide it after you have understood how it broke.* I have rewritten programs that deserved ten more minutes of looking.",
        minutesAfter: 115,
        likedBy: ["old_lund", "priya_plots", "mateo_solder"],
      },
      {
        author: "noor_spokes",
        text: "One of the two who watched was Henk's granddaughter. She came on Tuesday with the chair *and* a bicycle.",
        minutesAfter: 240,
        likedBy: ["old_lund", "ruth_toolshed", "saoirse_learns", "ines_grows"],
      },
      {
        author: "mateo_solder",
        text: "A counterexample, for balance: yesterday I gave three hours to an electric pepper mill. I understood how it broke. It was *designed* that way.",
        minutesAfter: 410,
        likedBy: ["old_lund", "wilk_radio", "yuki_tinkers", "bram_bakes"],
        replies: [
          {
            author: "old_lund",
            text: "Flattery, then. But I saw you keep the motor, the switch and four good screws, so it taught you *and* fed you.",
            minutesAfter: 95,
            likedBy: ["mateo_solder", "ruth_toolshed"],
          },
        ],
      },
      {
        author: "bram_bakes",
        text: "Same with bread, really. Nobody needs mine, since the supermarket has forty kinds. And yet there is a queue at seven.",
        minutesAfter: 700,
        likedBy: ["old_lund", "saoirse_learns", "ines_grows"],
      },
      {
        author: "saoirse_learns",
        text: "The stool was my neighbour's. She has told the story of it to everybody on our staircase. You mended rather more than four legs.",
        minutesAfter: 1130,
        likedBy: ["old_lund", "ruth_toolshed", "noor_spokes", "wilk_radio", "ines_grows", "mateo_solder"],
      },
      {
        author: "priya_plots",
        text: "I tried to draw a graph of this and could not find the axis. I believe that is the point. Thank you.",
        minutesAfter: 1600,
        likedBy: ["old_lund", "yuki_tinkers", "ruth_toolshed", "saoirse_learns", "ines_grows"],
      },
    ],
  },
  {
    author: "mateo_solder",
    title: "Is this charger safe? A two-minute look, without opening it",
    hoursAgo: 5,
    content: `People keep bringing me no-name phone chargers. You cannot see everything from outside, but you can see enough to say *no*. Take two minutes, with the thing **unplugged**:

1. **Weight.** A good one has a transformer and filters in it. If it feels empty, it is.
2. **Pins.** They should be smooth, straight, and sit tight. Anything that wobbles may one day stay behind in the wall.
3. **The seam.** Glued or welded all the way round, with no gap. Squeeze it: no creaking.
4. **The label.** Maker, address, model, input, output. A safety mark is easy to print, but a *missing address* is hard to excuse.
5. **After an hour of use:** warm is fine. Too hot to hold, buzzing, or a sharp smell: that was its last hour.

If your fingers tingle when you touch the phone's metal edge, tell me the model before you use it again.

Please do not donate the failures to the café. Put a knot in the cable, so that no one rescues it, and take it to the electronics bin. Longer list: [example.org/chargers](https://example.org/chargers).`,
    likedBy: ["wilk_radio", "saoirse_learns"],
    comments: [
      {
        author: "saoirse_learns",
        text: "Four of my six failed at the *seam*. The knot in the cable is clever; my family rescues everything from every bin.",
        minutesAfter: 38,
        likedBy: ["mateo_solder", "ruth_toolshed"],
        replies: [
          {
            author: "mateo_solder",
            text: "Two knots, then. And well done for checking all six of them, most people stop at the first bad one.",
            minutesAfter: 17,
          },
        ],
      },
    ],
  },
];
