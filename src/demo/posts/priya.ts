/** The demo posts of priya_plots and the comments on them. Data. */
import type { DemoPost } from "../post.js";

export const priyaPosts: readonly DemoPost[] = [
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
];
