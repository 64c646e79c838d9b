/** The demo posts of wilk_radio and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const wilkPosts: readonly DemoPost[] = [
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
];
