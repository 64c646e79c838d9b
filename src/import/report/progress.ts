/** Progress bar of an import, on a terminal only. */
import { SingleBar } from "cli-progress";
import type { OnProgress } from "../import-dump.js";

export interface ProgressBar {
  readonly onProgress: OnProgress;
  /** Restores the terminal. Call it before writing anything else to it. Idempotent. */
  stop(): void;
}

/** Where a bar is drawn, such as `process.stderr`. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Shows one bar per file. Default stream: stderr. */
export function openProgressBar(stream: ProgressStream = process.stderr): ProgressBar {
  if (!stream.isTTY) return { onProgress: () => undefined, stop: () => undefined };
  const format = "{label} [{bar}] {percentage}% of {megabytes} MB";
  let label: string | undefined;
  let bar: SingleBar | undefined;
  return {
    onProgress(nextLabel, bytesRead, bytesTotal) {
      if (nextLabel !== label) {
        bar?.stop();
        label = nextLabel;
        bar = new SingleBar({ stream, format, hideCursor: true, autopadding: true });
        bar.start(bytesTotal, 0, { label: label.padEnd(21), megabytes: (bytesTotal / 1_000_000).toFixed(1) });
      }
      bar?.update(bytesRead);
    },
    stop() {
      bar?.stop();
      bar = undefined;
      label = undefined;
    },
  };
}
