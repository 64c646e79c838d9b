/** Writers: mutations over HTTP, sent again under their `Idempotency-Key` until they are acknowledged, each done once. */
import { setTimeout as sleep } from "node:timers/promises";
import { type GraphQLAnswer, graphql } from "../harness/client.js";
import { Inbox } from "../subscriptions/inbox.js";
import type { Instance } from "./instance.js";

/** A write that was acknowledged. */
export interface Written {
  readonly index: number;
  /** Global id of what was made. */
  readonly nodeId: string;
  /** Its title or text, which no other has. */
  readonly text: string;
  readonly isOnThePost: boolean;
}

export interface WritersOptions {
  readonly instances: readonly Instance[];
  readonly token: string;
  /** The post whose comments a listener follows, and another. */
  readonly postId: string;
  readonly otherPostId: string;
}

const writersAtOnce = 4;
const retryMs = 15;

const createPost = `mutation ($input: CreatePostInput!) { made: createPost(input: $input) { node: post { id } userErrors { code } } }`;
const createComment = `mutation ($input: CreateCommentInput!) {
  made: createComment(input: $input) { node: comment { id } userErrors { code } } }`;

export class Writers {
  readonly acknowledged = new Inbox<Written>();
  /** How often a write was sent again. */
  repeats = 0;
  readonly #options: WritersOptions;
  #begun = 0;
  #allowed = 0;
  #wake: (() => void)[] = [];

  constructor(options: WritersOptions) {
    this.#options = options;
    for (let writer = 0; writer < writersAtOnce; writer += 1) {
      this.#write(writer).catch((error: Error) => this.acknowledged.fail(error));
    }
  }

  get begun(): number {
    return this.#begun;
  }

  /** Lets them go on until so many writes have begun. */
  allow(count: number): void {
    this.#allowed = Math.max(this.#allowed, count);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Resolves when so many more are acknowledged, which are begun for it if there are not as many. */
  async more(count: number): Promise<void> {
    const until = this.acknowledged.all.length + count;
    this.allow(until);
    await this.acknowledged.first(until);
  }

  /** Resolves with all writes, when each that was allowed is acknowledged. */
  finish(): Promise<readonly Written[]> {
    return this.acknowledged.first(this.#allowed);
  }

  async #write(writer: number): Promise<never> {
    for (;;) {
      if (this.#begun < this.#allowed) {
        const index = this.#begun++;
        this.acknowledged.push(await this.#writeOnce(index, writer));
      } else {
        await new Promise<void>((resolve) => void this.#wake.push(resolve));
      }
    }
  }

  async #writeOnce(index: number, writer: number): Promise<Written> {
    const { instances, token, postId, otherPostId } = this.#options;
    const text = `write ${index}`;
    const isPost = index % 4 === 0;
    const isOnThePost = index % 2 === 1;
    const input = isPost ? { title: text, content: text } : { text, postId: isOnThePost ? postId : otherPostId };
    const headers = { "idempotency-key": text.replace(" ", "-") };
    for (let attempt = 0; ; attempt += 1) {
      // Each writer begins with an instance of its own, and goes on to the next.
      const url = instances[(writer + attempt) % instances.length]?.url;
      const sent = url && graphql(url, isPost ? createPost : createComment, { input }, { token, headers });
      const answer = sent && (await sent.catch(() => undefined));
      if (answer && !isFault(answer)) return { index, text, isOnThePost, nodeId: nodeIdOf(answer) };
      if (sent) this.repeats += 1;
      await sleep(retryMs);
    }
  }
}

/** What a client sends again: it cannot know whether the write was done. */
const faultCodes = ["INTERNAL_SERVER_ERROR", "DEADLINE_EXCEEDED"];

function isFault({ status, body }: GraphQLAnswer): boolean {
  return status >= 500 || body.errors?.some(({ extensions }) => faultCodes.includes(extensions.code)) === true;
}

function nodeIdOf({ status, body }: GraphQLAnswer): string {
  const id = body.data?.made?.node?.id;
  if (typeof id !== "string") throw new Error(`a write was refused: ${status} ${JSON.stringify(body)}`);
  return id;
}
