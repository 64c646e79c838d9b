/** Handles: their form, the comparison of similar ones, and their derivation from a display name. Pure. */

/** Default limits of a handle, in characters. A handle made from a name leaves room for a suffix. */
const maxLength = 30;
const minLength = 3;
const maxLengthFromName = 24;

const handlePattern = /^(?=.{3,30}$)[a-z0-9]+(?:_[a-z0-9]+)*$/;

/** Whether `text` is a handle: 3–30 of a–z, 0–9 and `_`, which neither begins nor ends it nor comes twice in a row. */
export function isHandle(text: string): boolean {
  return handlePattern.test(text);
}

/**
 * Characters of a handle, and the prototype that stands for their look. The first three are every mapping between
 * characters of a handle in Unicode's confusables.txt (UTS #39, section 4); its `0 → O` is lower case here, as handles
 * are. `w` is ours, the same case as `m`. Not folded: `d` to `cl`, which UTS #39 does not list either and which would
 * make dean and clean one name; and `5 s`, `2 z`, `3 e`, which read alike as a code but do not look alike.
 *
 * As in UTS #39 the prototype of `m` is `rn` and not the other way round: `vvv` is then one thing, not `wv` or `vw`.
 */
const prototypes: ReadonlyMap<string, string> = new Map([
  ["0", "o"],
  ["1", "l"],
  ["m", "rn"],
  ["w", "vv"],
  // Separators are ignored: people do not remember them.
  ["_", ""],
]);

/**
 * What a handle looks like: two handles look the same exactly when their skeletons are equal (UTS #39, section 4).
 * For comparing only; it need not be a handle itself.
 */
export function handleSkeleton(handle: string): string {
  return handle.replace(/[01mw_]/g, (character) => prototypes.get(character) ?? character);
}

/** Latin letters that Unicode does not decompose into a base letter and a mark (UAX #15), lower case. */
const undecomposed: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ħ", "h"],
  ["ı", "i"],
]);

/**
 * Makes a handle of at most 24 characters from a display name: accents are taken off, everything but letters and
 * digits becomes an underscore. A name with nothing in ASCII gives `user`, one with too little `user_x`. Not unique:
 * see withSuffix.
 */
export function handleFromName(displayName: string): string {
  const letters = displayName
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþħı]/g, (letter) => undecomposed.get(letter) ?? letter);
  const words = letters.match(/[a-z0-9]+/g) ?? [];
  const handle = cut(words.join("_"), maxLengthFromName);
  if (handle === "") return "user";
  return handle.length < minLength ? `user_${handle}` : handle;
}

/** The handle with `_n` behind it, cut so that it stays a handle. `n` is a whole number from 0 to 2^53 - 1. */
export function withSuffix(handle: string, n: number): string {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`suffix must be a whole number from 0, got ${n}`);
  const suffix = `_${n}`;
  return cut(handle, maxLength - suffix.length) + suffix;
}

/** The handle, then with the suffixes 2 to 9: tried in this order before a larger number. */
export function handleCandidates(handle: string): string[] {
  return [handle, ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => withSuffix(handle, n))];
}

function cut(handle: string, length: number): string {
  return handle.slice(0, length).replace(/_$/, "");
}
