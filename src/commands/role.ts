/** `npm run role -- HANDLE ROLE`: gives an account a role. This is how the first admin is made. */
import { StartupError } from "../errors.js";
import { Role } from "../generated/prisma/enums.js";
import { runCommand, say } from "./run-command.js";

const roles = Object.values(Role);

await runCommand({
  migrated: true,
  async run({ prisma }, [handle, wanted]) {
    const role = roles.find((each) => each === wanted?.toUpperCase());
    if (handle === undefined || role === undefined) {
      throw new StartupError(`Expected: npm run role -- HANDLE ROLE, where ROLE is one of ${roles.join(", ")}.`);
    }
    const changed = await prisma.user.updateMany({ where: { handle: handle.toLowerCase() }, data: { role } });
    if (changed.count === 0) throw new StartupError(`There is no account with the handle "${handle}": sign up first.`);
    say(`${handle} is ${role} now. A running server knows within 10 seconds.`);
  },
});
