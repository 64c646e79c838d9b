/** Cases of ownership: the owner's objects, those of a blocked user, hidden ones. Pure. */
import type { Question } from "./asking.js";
import { isConnection, isNode } from "./coordinates.js";
import { type Column, expectedOf } from "./roles.js";
import { whoReadsWhat } from "./who-reads-what.js";

export interface Case {
  readonly questions: readonly Question[];
  /** What a column is to meet with. */
  expected(question: Question, column: Column): string;
}

function inTable({ coordinate: { name } }: Question, column: Column): string {
  const row = whoReadsWhat[name];
  // `every-field-has-a-row.once.test.ts` says so too, with all that are missing.
  if (row === undefined) throw new Error(`${name} has no row in the authorisation table`);
  return expectedOf(row, column);
}

export function asTheyAre(questions: readonly Question[]): Case {
  return { questions, expected: inTable };
}

/** The blocked one is the owner of these, and the owner, who blocks them, is shown nothing of them. */
export function ofTheBlocked(all: readonly Question[], own: readonly string[]): Case {
  const isAbout = ({ coordinate: { name, parent }, example: { to } }: Question) =>
    name !== "User.suspendedUntil" && (isNode(parent) || to !== undefined);
  return {
    questions: all.filter(isAbout),
    expected(question, column) {
      if (column === "blocked") return inTable(question, "owner");
      if (column === "owner") return whenGone(question, inTable(question, "user"), own);
      return column === "keyWithScope" ? keyOfTheBlocker(question, own) : inTable(question, column);
    },
  };
}

function keyOfTheBlocker(question: Question, own: readonly string[]): string {
  const isOpen = whoReadsWhat[question.coordinate.name]?.scope !== null;
  return isOpen ? whenGone(question, inTable(question, "user"), own) : "FORBIDDEN";
}

const mayLook: readonly Column[] = ["owner", "moderator", "admin", "keyWithScope", "keyOfAdmin"];

/** `hidden`: global ids of a post and comments. To all but their author and staff they are not there. */
export function whenHidden(all: readonly Question[], hidden: readonly string[]): Case {
  return {
    questions: all.filter(({ example: { from = "", to = "" } }) => hidden.includes(from) || hidden.includes(to)),
    expected(question, column) {
      const { name } = question.coordinate;
      if (!mayLook.includes(column)) return whenGone(question, inTable(question, "user"), hidden);
      if (name.endsWith(".isHidden")) return "true";
      return name.endsWith(".hiddenReason") ? "shown" : inTable(question, column);
    },
  };
}

/** Of what is not there any more, and what leads to it. `usual`: what is met with when it is. */
function whenGone({ coordinate, example, place }: Question, usual: string, gone: readonly string[]): string {
  if (gone.includes(place.from ?? "")) return "unreachable";
  if (!gone.includes(example.to ?? "") || usual !== "shown") return usual;
  return coordinate.target !== undefined && isConnection(coordinate.target) ? "unlisted" : "null";
}
