/** Types of a demo post with its thread and likes. */

import type { DemoHandle } from "./users.js";

export interface DemoComment {
  readonly author: DemoHandle;
  /** Markdown. */
  readonly text: string;
  /** Minutes after the post; in a reply, minutes after the comment it answers. */
  readonly minutesAfter: number;
  /** Each handle once. Default nobody. */
  readonly likedBy?: readonly DemoHandle[];
  readonly replies?: readonly DemoComment[];
}

export interface DemoPost {
  readonly author: DemoHandle;
  /** At most 120 characters. */
  readonly title: string;
  /** Markdown. */
  readonly content: string;
  /** Hours before the moment the demo is put in; every comment still lies before that moment. */
  readonly hoursAgo: number;
  /** Each handle once. */
  readonly likedBy: readonly DemoHandle[];
  readonly comments: readonly DemoComment[];
}
