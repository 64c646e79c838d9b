/** Creates the prepared database if it is missing or of another version. Returns whether it did. */
import { makeEmbedded } from "./embedded.js";
import { migrate } from "./open-database.js";
import { isPrepared, prepare } from "./prepared.js";

export async function ensurePrepared(): Promise<boolean> {
  if (await isPrepared()) return false;
  await prepare(async (files) => {
    const database = await makeEmbedded(files);
    try {
      await migrate(database);
      // What a checkpoint has written need not be recovered by every copy.
      await database.query("CHECKPOINT", []);
    } finally {
      await database.close();
    }
  });
  return true;
}
