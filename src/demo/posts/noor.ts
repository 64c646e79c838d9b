/** The demo posts of noor_spokes and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const noorPosts: readonly DemoPost[] = [
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
];
