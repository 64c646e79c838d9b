/**
 * Fair scheduling of the fan-out: each owner has one turn per round, and pays for excess use by skipping rounds, so
 * that no owner waits for another's queue.
 */
import { keyIsGood } from "../auth/key-is-good.js";
import { notSuspended } from "../auth/viewer-columns.js";
import type { Query } from "../db/database.js";
import { by } from "./group-by.js";
import { type Payer, payerColumns } from "./owner.js";

/** A webhook that is behind the log. */
export interface Behind extends Payer {
  readonly id: number;
  readonly position: number;
  readonly fanOutTries: number;
  /** Whether the API key that created it has been revoked or has expired. */
  readonly hasLostKey: boolean;
}

/** Webhooks at one position of the log that are processed together. */
export interface Turn {
  readonly position: number;
  readonly webhooks: readonly Behind[];
  /** One webhook and one event at a time, to isolate a failing webhook from the others of its batch. */
  readonly isAlone: boolean;
}

/** Share of one owner per round, in bytes of executed bodies. */
const share = 4_194_304;

/**
 * Webhooks that are behind the log, the furthest first, except those a worker has marked within the last `leaseMs`.
 */
export async function readBehind(query: Query, now: Date, leaseMs: number): Promise<Behind[]> {
  const text = `SELECT w.id, ${payerColumns("w")}, w.position, w.fill_tries AS "fanOutTries",
      NOT ${keyIsGood("w", "$1")} AS "hasLostKey"
    FROM webhooks AS w JOIN users AS u ON u.id = w.owner_id
    WHERE w.state = 'ACTIVE' AND w.position < (SELECT h.position FROM event_head AS h) AND ${notSuspended("u", "$1")}
      AND (w.filling_since IS NULL OR w.filling_since < now() - make_interval(secs => $2::float8))
    ORDER BY w.position, w.id`;
  return query<Behind>(text, [now.toISOString(), leaseMs / 1_000]);
}

export class Turns {
  /** Bytes by owner, above their share. */
  readonly #debts = new Map<number, number>();

  charge(ownerId: number, bytes: number): void {
    if (bytes > 0) this.#debts.set(ownerId, (this.#debts.get(ownerId) ?? 0) + bytes);
  }

  /** Turns of one round: webhooks without failures first and together, suspects last and alone. */
  round(behind: readonly Behind[]): Turn[] {
    this.#pay();
    const byOwner = by(behind, ({ ownerId }) => ownerId);
    const mayGo = [...byOwner].filter(([ownerId]) => !this.#debts.has(ownerId));
    const owners = mayGo.length > 0 ? mayGo : this.#minDebt(byOwner);
    const suspects: Behind[] = [];
    const others: Behind[] = [];
    for (const [ownerId, theirs] of owners) {
      const sound = theirs.filter(({ fanOutTries }) => fanOutTries === 0);
      const [suspect] = theirs
        .filter(({ fanOutTries }) => fanOutTries > 0)
        .sort((a, b) => a.fanOutTries - b.fanOutTries);
      if (suspect !== undefined) suspects.push(suspect);
      const [first] = sound;
      if (first === undefined) continue;
      if (this.#debts.has(ownerId)) suspects.push(first);
      else others.push(...sound.filter(({ position }) => position === first.position));
    }
    const joined = [...by(others, ({ position }) => position)].map(([position, webhooks]) => ({
      position,
      webhooks,
      isAlone: false,
    }));
    // Owners with the most failures go last, because their webhooks may crash the process again.
    const triesOf = ({ ownerId }: Behind) =>
      Math.max(...(byOwner.get(ownerId) ?? []).map(({ fanOutTries }) => fanOutTries));
    suspects.sort((a, b) => triesOf(a) - triesOf(b));
    const alone = suspects.map((webhook) => ({ position: webhook.position, webhooks: [webhook], isAlone: true }));
    return [...joined.reverse(), ...alone];
  }

  #pay(): void {
    for (const [ownerId, debt] of this.#debts) {
      if (debt > share) this.#debts.set(ownerId, debt - share);
      else this.#debts.delete(ownerId);
    }
  }

  #minDebt(byOwner: ReadonlyMap<number, Behind[]>): [number, Behind[]][] {
    const debtOf = (ownerId: number) => this.#debts.get(ownerId) ?? 0;
    return [...byOwner].sort(([a], [b]) => debtOf(a) - debtOf(b)).slice(0, 1);
  }
}
