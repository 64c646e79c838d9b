/**
 * The ten users of the demo community. Their handles form a union type that the rest of the demo is checked against.
 * Data.
 */

export interface DemoUser {
  /** Lower-case letters, digits and underscores, 3–30 characters, unique. */
  readonly handle: string;
  readonly name: string;
  readonly bio: string;
}

export const demoUsers = [
  {
    handle: "noor_spokes",
    name: "Noor Haddad",
    bio: "Runs the Tuesday bicycle kitchen. Builds wheels, hoards bottom brackets, never throws away a good bearing.",
  },
  {
    handle: "wilk_radio",
    name: "Tomasz Wilk",
    bio: "Valve radios and their stories. I would rather clean a switch than replace it. Medium wave after dark.",
  },
  {
    handle: "ines_grows",
    name: "Inês Carvalho",
    bio: "Plot 14, the one with the crooked bean poles. Saves seed, shares seed, forgets to label seed.",
  },
  {
    handle: "bram_bakes",
    name: "Bram Hoekstra",
    bio: "Small bakery, one deck oven, mostly rye. Happy to talk about crumb at any hour after four in the morning.",
  },
  {
    handle: "yuki_tinkers",
    name: "Yuki Tanabe",
    bio: "Writes programs small enough to read over a cup of tea. Plain text, short scripts, long walks.",
  },
  {
    handle: "ruth_toolshed",
    name: "Ruth Adeyemi",
    bio: "Keeps the tool library and its notebook. Ask me for the long ladder; ask me a day ahead.",
  },
  {
    handle: "mateo_solder",
    name: "Mateo Quiroga",
    bio: "Repair café regular. Toasters, lamps, record players, the odd talking bear. Unplug it first.",
  },
  {
    handle: "saoirse_learns",
    name: "Saoirse Byrne",
    bio: "New to nearly all of this and asking about everything. One cargo bike, one sourdough, one windowsill.",
  },
  {
    handle: "old_lund",
    name: "Anders Lund",
    bio: "Boatbuilder, retired, supposedly. Sharp edges, straight grain, no hurry.",
  },
  {
    handle: "priya_plots",
    name: "Priya Raman",
    bio: "Puts sensors where they were never meant to go and draws the graph. Compost is my favourite time series.",
  },
] as const satisfies readonly DemoUser[];

export type DemoHandle = (typeof demoUsers)[number]["handle"];
