/**
 * Compares schema.graphql with what the last release had: nothing may go or change its type that clients rely on, but
 * what was deprecated there. The last release is the commit that last changed "version" in package.json.
 * Prints every offending change; exit code 1 if there is one.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  buildSchema,
  findBreakingChanges,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from "graphql";

const root = new URL("../", import.meta.url);

function git(...words) {
  return execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The schema at a commit; undefined when it had none. */
function schemaAt(commit) {
  if (git("ls-tree", "--name-only", commit, "schema.graphql") === "") return undefined;
  return parse(git("show", `${commit}:schema.graphql`));
}

function parse(text) {
  return buildSchema(text, { assumeValidSDL: true });
}

/** Everything in the schema that can be deprecated, by the name that findBreakingChanges gives it. */
function* elements(schema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type)) {
      for (const value of type.getValues()) yield { name: `${value.name} (${type.name})`, owner: type, element: value };
    }
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      yield { name, owner: type, element: field, uses: getNamedType(field.type) };
      for (const arg of field.args ?? []) {
        yield { name: `${name} arg ${arg.name}`, owner: type, element: arg, field, uses: getNamedType(arg.type) };
      }
    }
  }
}

/** Names of what may go: deprecated itself, or (arguments, types) of use to nothing but what is. */
function removable(schema) {
  const all = [...elements(schema)];
  const isDeprecated = ({ deprecationReason }) => deprecationReason != null;
  const names = new Set(
    all.filter(({ element, field }) => isDeprecated(element) || (field && isDeprecated(field))).map(({ name }) => name),
  );
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter((type) => !roots.includes(type));
  for (let size = -1; size !== names.size; ) {
    size = names.size;
    for (const type of types) {
      const users = all.filter(({ uses }) => uses === type);
      const isFree = users.length > 0 && users.every(({ name, owner }) => names.has(name) || names.has(owner.name));
      const isMember = types.some((each) => isUnionType(each) && each.getTypes().includes(type));
      if (isFree && !isMember) names.add(type.name);
    }
  }
  return names;
}

/** The name of what a change removes, in the form of `elements`; undefined when it removes nothing. */
function removed({ type, description }) {
  if (type === "VALUE_REMOVED_FROM_ENUM") {
    return description.replace(/^(\w+) was removed from enum type (\w+)\.$/, "$1 ($2)");
  }
  return /_REMOVED$/.test(type) ? description.replace(/ was removed\.$/, "") : undefined;
}

const commit = git("log", "-1", "--format=%H", '-G"version":', "--", "package.json").trim();
const before = commit === "" ? undefined : schemaAt(commit);
const now = parse(readFileSync(new URL("schema.graphql", root), "utf8"));
const allowed = before === undefined ? new Set() : removable(before);
const changes = before === undefined ? [] : findBreakingChanges(before, now);
const offending = changes.filter((change) => !allowed.has(removed(change) ?? ""));

for (const { type, description } of offending) process.stdout.write(`${type}: ${description}\n`);
const baseline = before === undefined ? "no release" : `the release of ${commit.slice(0, 10)}`;
process.stdout.write(`${offending.length} breaking changes since ${baseline} without a deprecation there\n`);
process.exitCode = offending.length === 0 ? 0 : 1;
