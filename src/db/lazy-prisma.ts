/** A Prisma client that is made at its first use: reads do without, and making one takes a twentieth of a start. */
import { PrismaClient } from "../generated/prisma/client.js";

export interface LazyPrisma {
  readonly prisma: PrismaClient;
  /** Disconnects it, if it was made. */
  disconnect(): Promise<void>;
}

export function createLazyPrisma(options: ConstructorParameters<typeof PrismaClient>[0]): LazyPrisma {
  let client: PrismaClient | undefined;
  const made = () => {
    client ??= new PrismaClient(options);
    return client;
  };
  return {
    // An object of the class, so that it has its type; every property is looked up in the client itself.
    prisma: new Proxy(Object.create(PrismaClient.prototype), { get: (_, name) => Reflect.get(made(), name) }),
    disconnect: async () => client?.$disconnect(),
  };
}
