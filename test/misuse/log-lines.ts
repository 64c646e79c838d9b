/** A log that a test can read. */
import { Writable } from "node:stream";
import { pino } from "pino";
import type { Log } from "../../src/log.js";

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly requestId?: string;
  readonly err?: { readonly message: string };
}

/** As openLog makes it, but into memory, and with everything there is to say. */
export function openTestLog(): { log: Log; lines(): LogLine[]; text(): string } {
  let text = "";
  const destination = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const log = pino({ level: "trace", base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const lines = () => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  return { log, lines, text: () => text };
}
