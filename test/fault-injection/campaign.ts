/** A campaign of faults: writers and listeners run while processes are killed at random times. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { campaignSize } from "../harness/campaign-size.js";
import { signUp, writePost } from "../process/started.js";
import { type Chance, chance } from "./chance.js";
import { firstReady, type Instance } from "./instance.js";
import { type FaultListener, listenOnSocket, listenOnStream } from "./listener.js";
import { compareWithLog, type ReadLog } from "./log-at-the-end.js";
import { Writers, type Written } from "./writers.js";

export interface Campaign {
  readonly instances: readonly Instance[];
  /** Called at the end. */
  readonly readLog: ReadLog;
  /** At least so many. Default 50 for each default fault. */
  readonly events?: number;
  /** Default `defaultFaults`. */
  readonly faults?: number;
  /** Where listener `index` looks for an instance. Default the instances in their order. */
  readonly tries?: (index: number) => readonly Instance[];
  /** Strikes, and mends what it broke. What it awaits before its promise resolves comes before the next fault. */
  readonly strike: (field: Field) => Promise<void>;
}

/** What a fault may look at. */
export interface Field {
  readonly chance: Chance;
  readonly listeners: readonly FaultListener[];
  readonly writers: Writers;
  /** Call when the damage is done: what is written from now on must arrive. */
  readonly hasStruck: () => void;
}

export const defaultFaults = campaignSize(20, 4);

/** The longest wait between an acknowledgement and the fault that it sets off. */
const maxDelayMs = 25;
/** A session is remembered for 10 s: with so many, each is forgotten when it is used again. */
const readerCount = 10;

/** Returns a line of figures. Fails when an event was missed, came twice or out of order, or a write was done twice. */
export async function run(campaign: Campaign): Promise<string> {
  const { instances, readLog, events = 50 * defaultFaults, faults = defaultFaults, tries = () => instances } = campaign;
  const began = performance.now();
  const { token, readers, postId, otherPostId, after } = await prepare(instances);
  const listeners = [
    listenOnSocket({ name: "WebSocket", instances: tries(0), after, tokens: readers }),
    listenOnStream({ name: "SSE", instances: tries(1), after }),
    listenOnSocket({ name: "WebSocket, one post", instances: tries(2), after, postId }),
  ];
  try {
    const writers = new Writers({ instances, token, postId, otherPostId });
    const written = await writeUnderFaults({ events, faults, strike: campaign.strike, writers, listeners });
    const counts = await compareWithLog(await readLog(), after, written, listeners);
    expect(instances.flatMap(({ fatalLines }) => fatalLines)).toEqual([]);
    const reconnects = listeners.map((listener) => `${listener.name} ${listener.reconnects()}`).join(", ");
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    return `${written.length} events, ${faults} faults, ${writers.repeats} writes sent again, reconnects: ${reconnects}; ${counts}; ${seconds} s`;
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}

interface Course {
  readonly events: number;
  readonly faults: number;
  readonly strike: Campaign["strike"];
  readonly writers: Writers;
  readonly listeners: readonly FaultListener[];
}

/** Resolves when everything is written and heard of. */
async function writeUnderFaults({ events, faults, strike, writers, listeners }: Course): Promise<readonly Written[]> {
  const random = chance();
  const perFault = events / faults;
  for (let fault = 0; fault < faults; fault += 1) {
    writers.allow((fault + 1) * perFault);
    await writers.acknowledged.first(Math.round(fault * perFault) + random.below(perFault * 0.6) + 1);
    await sleep(random.below(maxDelayMs));
    let witness: Promise<void> | undefined;
    const hasStruck = () => {
      witness ??= witnessAfter(writers, listeners);
      // Looked at when the fault is over.
      witness.catch(() => undefined);
    };
    await strike({ chance: random, listeners, writers, hasStruck });
    hasStruck();
    await witness;
  }
  writers.allow(events);
  const written = await writers.finish();
  const last = written.findLast(({ isOnThePost }) => isOnThePost);
  await Promise.all(listeners.map(({ heard }) => heard.find(({ nodeId }) => nodeId === last?.nodeId)));
  return written;
}

/** Delivery works again when each listener has heard of a write that began after the fault. */
async function witnessAfter(writers: Writers, listeners: readonly FaultListener[]): Promise<void> {
  const from = writers.begun;
  writers.allow(from + 8);
  const { nodeId } = await writers.acknowledged.find(({ index, isOnThePost }) => index >= from && isOnThePost);
  await Promise.all(listeners.map(({ heard }) => heard.find((each) => each.nodeId === nodeId)));
}

/** Makes a writer, readers and two posts. `after` is the cursor of the second: everything later is part of the campaign. */
async function prepare(instances: readonly Instance[]) {
  const { url } = await firstReady(instances);
  const token = await signUp(url, "writer");
  const readers: string[] = [];
  while (readers.length < readerCount) readers.push(await signUp(url, `reader${readers.length}`));
  const postId = await writePost(url, token, "followed");
  const listener = listenOnStream({ name: "before the beginning", instances });
  await listener.connected;
  const otherPostId = await writePost(url, token, "not followed");
  const { cursor } = await listener.heard.find(({ nodeId }) => nodeId === otherPostId);
  await listener.close();
  return { token, readers, postId, otherPostId, after: cursor };
}
