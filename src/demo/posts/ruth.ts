/** The demo posts of ruth_toolshed and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const ruthPosts: readonly DemoPost[] = [
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
];
