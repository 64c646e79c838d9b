/** Assigns each user of a batch a free handle that is not confusable with another. */
import { handleCandidates, handleFromName, handleSkeleton, withSuffix } from "../../services/handles.js";
import type { Transaction } from "./transaction.js";

export interface Named {
  /** `Id` in the dump, part of the handle if all others are taken. */
  readonly id: number;
  readonly name: string;
}

export interface Handle {
  readonly handle: string;
  readonly handleSkeleton: string;
}

/** The rows, in order, each with a handle. Deterministic for the same rows and the same users in the database. */
export async function withFreeHandles<Row extends Named>(
  tx: Transaction,
  rows: readonly Row[],
): Promise<(Row & Handle)[]> {
  const chosen = new Map<Row, Handle>();
  const ours = new Set<string>();
  for (let round = 0; chosen.size < rows.length; round += 1) {
    const requests = rows.filter((row) => !chosen.has(row)).map((row) => ({ row, options: candidates(row, round) }));
    const taken = await takenAmong(
      tx,
      requests.flatMap(({ options }) => options),
    );
    for (const { row, options } of requests) {
      const free = options.find((handle) => !isTaken(handle, taken) && !ours.has(handle.handleSkeleton));
      if (free === undefined) continue;
      ours.add(free.handleSkeleton);
      chosen.set(row, free);
    }
  }
  return rows.flatMap((row) => {
    const handle = chosen.get(row);
    return handle === undefined ? [] : [{ ...row, ...handle }];
  });
}

function isTaken({ handle, handleSkeleton }: Handle, taken: TakenHandles): boolean {
  return taken.handles.has(handle) || taken.skeletons.has(handleSkeleton);
}

/** First the name itself and with the suffixes 2 to 9; later, for a common name, with the user's own number. */
function candidates({ id, name }: Named, round: number): Handle[] {
  const plain = handleFromName(name);
  const handles = round === 0 ? handleCandidates(plain) : [withSuffix(plain, Math.abs(id) + round - 1)];
  return handles.map((handle) => ({ handle, handleSkeleton: handleSkeleton(handle) }));
}

interface TakenHandles {
  readonly handles: ReadonlySet<string>;
  readonly skeletons: ReadonlySet<string>;
}

async function takenAmong(tx: Transaction, options: readonly Handle[]): Promise<TakenHandles> {
  const handles = options.map(({ handle }) => handle);
  const skeletons = options.map(({ handleSkeleton }) => handleSkeleton);
  const users = await tx.$queryRaw<Handle[]>`
    SELECT handle, handle_skeleton AS "handleSkeleton" FROM users WHERE handle = ANY(${handles}::text[])
    UNION
    SELECT handle, handle_skeleton FROM users WHERE handle_skeleton = ANY(${skeletons}::text[])`;
  return {
    handles: new Set(users.map(({ handle }) => handle)),
    skeletons: new Set(users.map(({ handleSkeleton }) => handleSkeleton)),
  };
}
