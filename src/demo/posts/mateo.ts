/** The demo posts of mateo_solder and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const mateoPosts: readonly DemoPost[] = [
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
