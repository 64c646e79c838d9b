/** Costs that may depend on variables: the constant part is computed once per document. Pure. */

export type Variables = Readonly<Record<string, unknown>>;
export type CostExpression = number | ((variables: Variables) => number);

export function evaluate(points: CostExpression, variables: Variables): number {
  return typeof points === "number" ? points : points(variables);
}

export function sum(all: readonly CostExpression[]): CostExpression {
  return combine(all, (values) => values.reduce((total, each) => total + each, 0), 0);
}

/** The maximum of non-negative values. */
export function greatest(all: readonly CostExpression[]): CostExpression {
  return combine(all, (values) => Math.max(0, ...values), 0);
}

/** Weights of arguments may be negative, but the total of a field may not. */
export function atLeastZero(points: CostExpression): CostExpression {
  if (typeof points === "number") return Math.max(0, points);
  return (variables) => Math.max(0, points(variables));
}

export function product(size: CostExpression, each: CostExpression): CostExpression {
  if (each === 0 || size === 0) return 0;
  if (typeof size === "number" && typeof each === "number") return size * each;
  return (variables) => evaluate(size, variables) * evaluate(each, variables);
}

/** `join` must be free to take any part of its values first. */
function combine(
  all: readonly CostExpression[],
  join: (values: readonly number[]) => number,
  nothing: number,
): CostExpression {
  const known = join(all.filter((each) => typeof each === "number"));
  const open = all.filter((each) => typeof each === "function");
  if (open.length === 0) return known;
  const [only] = open;
  if (only !== undefined && open.length === 1 && known === nothing) return only;
  return (variables) => join([known, ...open.map((each) => each(variables))]);
}
