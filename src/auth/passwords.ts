/** Password hashing: argon2id with OWASP's parameters (Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1). */
import { hash, verify } from "@node-rs/argon2";

/** Memory in KiB, passes, parallelism. The library's default algorithm is argon2id. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * A hash with these parameters, of no account's password. Checked for an unknown e-mail address, so that it takes as long
 * as a known one: the first time too, for which it is not made when needed.
 */
const decoy = "$argon2id$v=19$m=19456,t=2,p=1$3hNCVltuzxGKZ5or2tZScg$tPl5MWZtOEUtjdRJ11Oz+FpAI7VQ3hwA+GWgq80KPCw";

/** Returns the hash in PHC string format, with a random salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters);
}

/** Whether the password is the one hashed. Without a hash it takes the same time and is false. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  if (passwordHash !== null) return verify(passwordHash, password);
  await verify(decoy, password);
  return false;
}
