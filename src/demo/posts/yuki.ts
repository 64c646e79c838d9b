/** The demo posts of yuki_tinkers and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const yukiPosts: readonly DemoPost[] = [
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
];
