/** Whether the servers answered the same: connections are opened, global ids read, times brought to one form. */
import { isDeepStrictEqual } from "node:util";

/** An answer's data, in the form of plain lists and row ids. */
export function plainForm(value, key = "") {
  if (Array.isArray(value)) return value.map((item) => plainForm(item));
  if (value !== null && typeof value === "object") {
    if (Array.isArray(value.nodes)) return plainForm(value.nodes);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainForm(item, name)]));
  }
  if (key === "id") return rowId(String(value));
  if (key === "createdAt") return new Date(value).toISOString();
  return value;
}

/** `7` of `7` and of the global id of `Post:7`. */
function rowId(id) {
  return /^\d+$/.test(id) ? id : Buffer.from(id, "base64url").toString().split(":")[1];
}

/** Throws when an answer's content differs from the first one's. `answers` has a server's name for each. */
export function assertSame(operation, answers) {
  const [[firstName, first], ...others] = Object.entries(answers);
  for (const [name, answer] of others) {
    if (isDeepStrictEqual(plainForm(answer.data), plainForm(first.data))) continue;
    throw new Error(
      `${operation}: ${name} answers\n${show(answer)}\nand ${firstName}\n${show(first)}\nwhich is not the same content`,
    );
  }
}

function show(answer) {
  return JSON.stringify(answer).slice(0, 1_000);
}
