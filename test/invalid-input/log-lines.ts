/** A log that a test can read. */
import { Writable } from "node:stream";
import { type Log, openLog } from "../../src/log.js";

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly requestId?: string;
  readonly err?: { readonly message: string };
}

/** Everything there is to say, into memory. */
export function openTestLog(): { log: Log; lines(): LogLine[]; text(): string } {
  let text = "";
  const destination = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const lines = () => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  return { log: openLog("trace", destination), lines, text: () => text };
}
