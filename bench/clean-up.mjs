/** What a run must undo however it ends: directories, databases. */
const undone = [];

/** Registers what undoes something. Returns a function that does it now; it is done once. */
export function atEnd(undo) {
  let doing;
  const once = () => {
    doing ??= undo();
    return doing;
  };
  undone.push(once);
  return once;
}

/** Undoes all, the last first. One that fails does not keep the others. */
export async function cleanUp() {
  for (const undo of undone.toReversed()) {
    try {
      await undo();
    } catch (error) {
      process.stderr.write(`cleaning up: ${error.message}\n`);
    }
  }
}
