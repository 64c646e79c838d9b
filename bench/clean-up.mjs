/** Clean-up at the end of a run: directories, databases. */
const undone = [];

/** Registers a clean-up. Returns the function that runs it now; it runs once. */
export function atEnd(undo) {
  let doing;
  const once = () => {
    doing ??= undo();
    return doing;
  };
  undone.push(once);
  return once;
}

/** Runs all clean-ups, the last first, even if one fails. */
export async function cleanUp() {
  for (const undo of undone.toReversed()) {
    try {
      await undo();
    } catch (error) {
      process.stderr.write(`cleaning up: ${error.message}\n`);
    }
  }
}
