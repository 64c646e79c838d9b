/** The thirty posts of the demo community, oldest first. */
import type { DemoPost } from "./post.js";
import { bramPosts } from "./posts/bram.js";
import { inesPosts } from "./posts/ines.js";
import { lundPosts } from "./posts/lund.js";
import { mateoPosts } from "./posts/mateo.js";
import { noorPosts } from "./posts/noor.js";
import { priyaPosts } from "./posts/priya.js";
import { ruthPosts } from "./posts/ruth.js";
import { saoirsePosts } from "./posts/saoirse.js";
import { wilkPosts } from "./posts/wilk.js";
import { yukiPosts } from "./posts/yuki.js";

export const demoPosts: readonly DemoPost[] = [
  ...ruthPosts,
  ...noorPosts,
  ...bramPosts,
  ...wilkPosts,
  ...saoirsePosts,
  ...yukiPosts,
  ...inesPosts,
  ...priyaPosts,
  ...lundPosts,
  ...mateoPosts,
].sort((a, b) => b.hoursAgo - a.hoursAgo);
