/** The demo posts of saoirse_learns and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const saoirsePosts: readonly DemoPost[] = [
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
];
