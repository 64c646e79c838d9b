/** `npm run role -- HANDLE ROLE`: gives an account a role. This is how the first admin is made. */
import { StartupError } from "../errors.js";
import { appendEvent } from "../events/event-log.js";
import { Role } from "../generated/prisma/enums.js";
import { recordDeed } from "../services/audit.js";
import { runCommand, say } from "./run-command.js";

const roles = Object.values(Role);

await runCommand({
  migrated: true,
  async run({ prisma }, [handle, wanted]) {
    const role = roles.find((each) => each === wanted?.toUpperCase());
    if (handle === undefined || role === undefined) {
      throw new StartupError(`Expected: npm run role -- HANDLE ROLE, where ROLE is one of ${roles.join(", ")}.`);
    }
    const found = await prisma.user.findUnique({ where: { handle: handle.toLowerCase() }, select: { id: true } });
    if (found === null) throw new StartupError(`There is no account with the handle "${handle}": sign up first.`);
    await prisma.$transaction(async (tx) => {
      const { role: before } = await tx.user.findUniqueOrThrow({ where: { id: found.id }, select: { role: true } });
      await tx.user.update({ where: { id: found.id }, data: { role }, select: { id: true } });
      const userId = Number(found.id);
      const about = { subject: { type: "User", id: userId }, subjectAuthorId: userId } as const;
      const deed = { action: "CHANGE_ROLE", actorId: null, ...about, reason: `${before} to ${role}` } as const;
      await recordDeed(tx, deed, new Date());
      await appendEvent(tx, { type: "RoleChanged", userId }, new Date());
    });
    say(`${handle} is ${role} now. A running server knows within 10 seconds.`);
  },
});
