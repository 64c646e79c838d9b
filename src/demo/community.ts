/** The demo community of a new embedded database: users, posts, threads, likes and follows. Data. */

import type { DemoPost } from "./post.js";
import { demoPosts } from "./posts.js";
import { type DemoHandle, type DemoUser, demoUsers } from "./users.js";

export type { DemoComment, DemoPost } from "./post.js";
export type { DemoHandle, DemoUser } from "./users.js";

export interface DemoCommunity {
  readonly users: readonly (DemoUser & { readonly handle: DemoHandle })[];
  /** Oldest first. */
  readonly posts: readonly DemoPost[];
  /** Each pair once, nobody follows themselves. */
  readonly follows: readonly (readonly [follower: DemoHandle, followee: DemoHandle])[];
}

export const demoCommunity: DemoCommunity = {
  users: demoUsers,
  posts: demoPosts,
  follows: [
    ["noor_spokes", "ruth_toolshed"],
    ["noor_spokes", "bram_bakes"],
    ["noor_spokes", "saoirse_learns"],
    ["noor_spokes", "mateo_solder"],
    ["wilk_radio", "mateo_solder"],
    ["wilk_radio", "old_lund"],
    ["wilk_radio", "ruth_toolshed"],
    ["ines_grows", "priya_plots"],
    ["ines_grows", "bram_bakes"],
    ["ines_grows", "ruth_toolshed"],
    ["ines_grows", "old_lund"],
    ["bram_bakes", "ines_grows"],
    ["bram_bakes", "saoirse_learns"],
    ["yuki_tinkers", "priya_plots"],
    ["yuki_tinkers", "wilk_radio"],
    ["yuki_tinkers", "ruth_toolshed"],
    ["yuki_tinkers", "mateo_solder"],
    ["ruth_toolshed", "noor_spokes"],
    ["ruth_toolshed", "old_lund"],
    ["ruth_toolshed", "mateo_solder"],
    ["ruth_toolshed", "yuki_tinkers"],
    ["mateo_solder", "wilk_radio"],
    ["mateo_solder", "ruth_toolshed"],
    ["mateo_solder", "noor_spokes"],
    ["saoirse_learns", "noor_spokes"],
    ["saoirse_learns", "bram_bakes"],
    ["saoirse_learns", "ines_grows"],
    ["saoirse_learns", "ruth_toolshed"],
    ["saoirse_learns", "old_lund"],
    ["saoirse_learns", "yuki_tinkers"],
    ["saoirse_learns", "mateo_solder"],
    ["old_lund", "ruth_toolshed"],
    ["priya_plots", "ines_grows"],
    ["priya_plots", "yuki_tinkers"],
    ["priya_plots", "mateo_solder"],
    ["priya_plots", "bram_bakes"],
  ],
};
