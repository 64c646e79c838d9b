/** The demo posts of old_lund and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const lundPosts: readonly DemoPost[] = [
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
];
