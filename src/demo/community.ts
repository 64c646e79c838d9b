/** Demo community: users, follows, and posts with their threads and likes. The texts are in community.json. */
import community from "./community.json" with { type: "json" };

export interface DemoUser {
  readonly handle: string;
  readonly name: string;
  readonly bio: string;
}

export interface DemoComment {
  /** Handle. */
  readonly author: string;
  /** Markdown. */
  readonly text: string;
  /** Minutes after the post; in a reply, minutes after the comment it answers. */
  readonly minutesAfter: number;
  /** Handles, each once. Default none. */
  readonly likedBy?: readonly string[] | undefined;
  readonly replies?: readonly DemoComment[] | undefined;
}

export interface DemoPost {
  /** Handle. */
  readonly author: string;
  readonly title: string;
  /** Markdown. */
  readonly content: string;
  /** Hours before the moment of seeding, which is after every comment. */
  readonly hoursAgo: number;
  /** Handles, each once. */
  readonly likedBy: readonly string[];
  readonly comments: readonly DemoComment[];
}

export interface DemoCommunity {
  readonly users: readonly DemoUser[];
  /** From the handle of a follower to the handles of whom they follow. */
  readonly follows: Readonly<Record<string, readonly string[]>>;
  /** Oldest first. */
  readonly posts: readonly DemoPost[];
}

export const demoCommunity: DemoCommunity = community;
