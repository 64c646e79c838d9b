/** The subset of `effect` that `@prisma/config` calls to check prisma.config.ts: `Either`, `pipe` and a few schemas. */
const left = (value) => ({ _tag: "Left", left: value });
const right = (value) => ({ _tag: "Right", right: value });

exports.pipe = (value, ...functions) => functions.reduce((result, each) => each(result), value);

exports.Either = {
  left,
  right,
  isLeft: ({ _tag }) => _tag === "Left",
  map: (change) => (either) => (either._tag === "Left" ? either : right(change(either.right))),
  flatMap: (change) => (either) => (either._tag === "Left" ? either : change(either.right)),
  orElse: (other) => (either) => (either._tag === "Left" ? other(either.left) : either),
};

/** A schema lists the problems of a value at a path. */
const check = (expected, isRight) => ({
  problems: (value, path) => (isRight(value) ? [] : [`${path} must be ${expected}`]),
});
const isString = (value) => typeof value === "string";

const ArrayOf = (item) => ({
  problems: (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => item.problems(each, `${path}[${index}]`))
      : [`${path} must be an array`],
});

const Struct = (fields) => ({
  fields,
  make: (value) => ({ ...value }),
  problems(value, path) {
    if (typeof value !== "object" || value === null) return [`${path} must be an object`];
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(fields, key));
    return [
      ...unknown.map((key) => `${path}.${key} is not a setting of Prisma`),
      ...Object.entries(fields).flatMap(([key, field]) => field.problems(value[key], `${path}.${key}`)),
    ];
  },
});

exports.Schema = {
  Any: check("anything", () => true),
  Boolean: check("a boolean", (value) => typeof value === "boolean"),
  String: check("a string", isString),
  NonEmptyString: check("a string that is not empty", (value) => isString(value) && value !== ""),
  Array: ArrayOf,
  Struct,
  mutable: (schema) => schema,
  optional: (schema) => ({
    problems: (value, path) => (value === undefined ? [] : schema.problems(value, path)),
  }),
  NullOr: (schema) => ({
    problems: (value, path) => (value === null ? [] : schema.problems(value, path)),
  }),
  decodeUnknownEither: (schema) => (value) => {
    const problems = schema.problems(value, "config");
    return problems.length === 0 ? right(value) : left(new Error(problems.join("\n")));
  },
};
