/** Executes what is selected of one object: its fields side by side, or those of a mutation one after the other. */
import type { FieldPlan } from "./field.js";
import { isPromise, type Later, type Path, type Run } from "./run.js";

/** What is selected of an object of one type. */
export interface Selection {
  /** In the order of the answer. */
  readonly fields: readonly FieldPlan[];
  /** Whether a field is called `__proto__` in the answer, which an ordinary object takes for something else. */
  readonly isOdd: boolean;
}

type Data = Record<string, unknown>;

/** GraphQL specification, section 6.3, "Executing Selection Sets". Throws, or rejects, when a non-null field failed. */
export function executeSelection(run: Run, selection: Selection, source: unknown, path: Path | undefined): Later<Data> {
  const data = emptyData(selection);
  const pending: Promise<unknown>[] = [];
  const pendingNames: string[] = [];
  try {
    for (const field of selection.fields) {
      const value = field.execute(run, source, path);
      data[field.responseName] = value;
      if (!isPromise(value)) continue;
      pending.push(value);
      pendingNames.push(field.responseName);
    }
  } catch (error) {
    if (pending.length === 0) throw error;
    // The other fields go on, and what is wrong with them is told as well.
    return Promise.all(pending).finally(() => {
      throw error;
    }) as Promise<never>;
  }
  return pending.length === 0 ? data : filled(data, pendingNames, pending);
}

/** A mutation's fields (section 6.2.2): each begins when the one before it is done. */
export async function executeInTurn(
  run: Run,
  selection: Selection,
  source: unknown,
  path: Path | undefined,
): Promise<Data> {
  const data = emptyData(selection);
  for (const field of selection.fields) data[field.responseName] = await field.execute(run, source, path);
  return data;
}

function filled(data: Data, names: readonly string[], pending: readonly Promise<unknown>[]): Promise<Data> {
  const [only] = pending;
  const [name] = names;
  if (pending.length === 1 && only !== undefined && name !== undefined) {
    return only.then((value) => {
      data[name] = value;
      return data;
    });
  }
  return Promise.all(pending).then((values) => {
    for (const [index, each] of names.entries()) data[each] = values[index];
    return data;
  });
}

function emptyData({ isOdd }: Selection): Data {
  return isOdd ? Object.create(null) : {};
}
