/** Executes the fields of an object (GraphQL specification, section 6.3): in parallel, or serially for a mutation. */

import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import type { FieldPlan } from "./field.js";
import { slackOfValues } from "./response-size.js";

export type Data = Record<string, unknown>;

/** Plan of a selection set for objects of one type. */
export interface SelectionPlan {
  /** In the order of the response. */
  readonly fields: readonly FieldPlan[];
  /** Template with all fields undefined: copies have their final shape (hidden class) from the start. */
  readonly template: Data;
  /** JSON of an object, without its values. */
  readonly bytes: number;
}

/** Throws, or rejects, when a non-null field failed. */
export function executeFields(
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
      const value = field.executeField(context, source, path);
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
  return pending === undefined || pendingNames === undefined ? data : promiseForObject(data, pendingNames, pending);
}

/** Root fields of a mutation (section 6.2.2). No further field is started once the response is too large. */
export async function executeFieldsSerially(
  context: ExecutionContext,
  selection: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): Promise<Data> {
  context.size.addStructure(selection.bytes, slackOfValues(selection.fields.length));
  const data = emptyData(selection);
  for (const field of selection.fields) {
    if (context.size.isExceeded) break;
    context.startedFields.push(field.responseName);
    data[field.responseName] = await field.executeField(context, source, path);
  }
  return data;
}

function promiseForObject(data: Data, names: readonly string[], pending: readonly Promise<unknown>[]): Promise<Data> {
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

/** Without a prototype if a field is called `__proto__`, which assignment would otherwise take for the prototype. */
export function templateOf(names: readonly string[]): Data {
  const template: Data = names.includes("__proto__") ? Object.create(null) : {};
  for (const name of names) template[name] = undefined;
  return template;
}

function emptyData({ template }: SelectionPlan): Data {
  if (Object.getPrototypeOf(template) !== null) return { ...template };
  return Object.assign(Object.create(null), template);
}
