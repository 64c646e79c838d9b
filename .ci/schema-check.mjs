/**
 * Compares schema.graphql with what the last release had: nothing may go or change its type that clients rely on, but
 * what was deprecated there. The last release is the commit that last changed "version" in package.json.
 * Prints every offending change; exit code 1 if there is one.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ChangeType, CriticalityLevel, DiffRule, diff } from "@graphql-inspector/core";
import { buildSchema, getNamedType, isObjectType } from "graphql";

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

/** Breaking, by the rule for deprecated fields, which knows neither arguments nor types behind an interface. */
function isOffending(schema, { type, path, criticality }) {
  const [owner, field, argument] = path?.split(".") ?? [];
  if (type === ChangeType.FieldArgumentRemoved) {
    const { args } = schema.getType(owner).getFields()[field];
    return args.find(({ name }) => name === argument)?.deprecationReason == null;
  }
  // Of other types the change that removes the field, or the member of the union, is found.
  if (type === ChangeType.TypeRemoved && isReachedByInterfaceAlone(schema, schema.getType(owner))) return true;
  return criticality.level === CriticalityLevel.Breaking;
}

function isReachedByInterfaceAlone(schema, type) {
  const owners = Object.values(schema.getTypeMap()).filter((each) => "getFields" in each);
  const fields = owners.flatMap((owner) => Object.values(owner.getFields()));
  return isObjectType(type) && !fields.some((field) => getNamedType(field.type) === type);
}

const commit = git("log", "-1", "--format=%H", '-G"version":', "--", "package.json").trim();
const before = commit === "" ? undefined : schemaAt(commit);
const now = parse(readFileSync(new URL("schema.graphql", root), "utf8"));
const changes = before === undefined ? [] : await diff(before, now, [DiffRule.suppressRemovalOfDeprecatedField]);
const offending = changes.filter((change) => isOffending(before, change));

for (const { type, message } of offending) process.stdout.write(`${type}: ${message}\n`);
const baseline = before === undefined ? "no release" : `the release of ${commit.slice(0, 10)}`;
process.stdout.write(`${offending.length} breaking changes since ${baseline} without a deprecation there\n`);
process.exitCode = offending.length === 0 ? 0 : 1;
