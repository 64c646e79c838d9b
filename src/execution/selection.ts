/** Executes a selection set: in parallel, or serially for the root fields of a mutation. */

import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import type { FieldPlan } from "./field.js";
import { slackOfValues } from "./response-size.js";

export type Data = Record<string, unknown>;

/** Selection plan for objects of one type. */
export interface SelectionPlan {
  /** In the order of the answer. */
  readonly fields: readonly FieldPlan[];
  /** Template with all fields undefined: copies have their final shape (hidden class) from the start. */
  readonly template: Data;
  /** Of the JSON of an object, without its values. */
  readonly bytes: number;
}

/** GraphQL specification, section 6.3, "Executing Selection Sets". Throws, or rejects, when a non-null field failed. */
export function executeSelection(
  context: ExecutionContext,
  selection: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): PromiseOrValue<Data> {
  context.size.addStructure(selection.bytes, slackOfValues(selection.fields.length));
  const data = emptyData(selection);
  let pending: Promise<unknown>[] | undefined;
  let pendingNames: string[] | undefined;
  try {
    for (const field of selection.fields) {
      const value = field.execute(context, source, path);
      data[field.responseName] = value;
      if (!isPromise(value)) continue;
      pending ??= [];
      pendingNames ??= [];
      pending.push(value);
      pendingNames.push(field.responseName);
    }
  } catch (error) {
    if (pending === undefined) throw error;
    // The other fields continue, and their errors are reported as well.
    return Promise.all(pending).finally(() => {
      throw error;
    }) as Promise<never>;
  }
  return pending === undefined || pendingNames === undefined ? data : filled(data, pendingNames, pending);
}

/**
 * A mutation's fields (section 6.2.2): each begins when the one before it is done, none once the response is too large.
 */
export async function executeInTurn(
  context: ExecutionContext,
  selection: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): Promise<Data> {
  context.size.addStructure(selection.bytes, slackOfValues(selection.fields.length));
  const data = emptyData(selection);
  for (const field of selection.fields) {
    if (context.size.isExceeded) break;
    context.begun.push(field.responseName);
    data[field.responseName] = await field.execute(context, source, path);
  }
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

/** A field called `__proto__` is one of its own only in an object that inherits nothing. */
export function templateOf(names: readonly string[]): Data {
  const template: Data = names.includes("__proto__") ? Object.create(null) : {};
  for (const name of names) template[name] = undefined;
  return template;
}

function emptyData({ template }: SelectionPlan): Data {
  if (Object.getPrototypeOf(template) !== null) return { ...template };
  return Object.assign(Object.create(null), template);
}
