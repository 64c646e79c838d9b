/**
 * Composes hooks into one Apollo plugin. Apollo Server allocates a promise per plugin and hook; this awaits only actual
 * promises.
 */
import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from "@apollo/server";
import type { Context } from "../context.js";

type Listener = GraphQLRequestListener<Context>;
type Asked<Hook extends keyof Listener> = Parameters<NonNullable<Listener[Hook]>>[0];
type Step<Argument> = (asked: Argument) => void | Promise<void>;

/** Hooks of a plugin, the same for all requests. A hook that throws rejects the request. */
export interface PipelinePart {
  readonly didResolveSource?: Step<Asked<"didResolveSource">>;
  readonly parsingDidStart?: Step<Asked<"parsingDidStart">>;
  readonly validationDidStart?: Step<Asked<"validationDidStart">>;
  readonly didResolveOperation?: Step<Asked<"didResolveOperation">>;
  readonly didEncounterErrors?: Step<Asked<"didEncounterErrors">>;
  readonly willSendResponse?: Step<Asked<"willSendResponse">>;
  readonly unexpectedErrorProcessingRequest?: Step<Unexpected>;
}

interface Unexpected {
  readonly requestContext: GraphQLRequestContext<Context>;
  readonly error: Error;
}

/** `parts` in the order in which they are asked. */
export function onePlugin(
  parts: readonly PipelinePart[],
  responseForOperation: NonNullable<Listener["responseForOperation"]>,
): ApolloServerPlugin<Context> {
  const listener: Listener = {
    responseForOperation,
    didResolveSource: inTurn(parts.flatMap((part) => part.didResolveSource ?? [])),
    parsingDidStart: inTurn(parts.flatMap((part) => part.parsingDidStart ?? [])),
    validationDidStart: inTurn(parts.flatMap((part) => part.validationDidStart ?? [])),
    didResolveOperation: inTurn(parts.flatMap((part) => part.didResolveOperation ?? [])),
    didEncounterErrors: inTurn(parts.flatMap((part) => part.didEncounterErrors ?? [])),
    willSendResponse: inTurn(parts.flatMap((part) => part.willSendResponse ?? [])),
  };
  return {
    requestDidStart: async () => listener,
    unexpectedErrorProcessingRequest: inTurn(parts.flatMap((part) => part.unexpectedErrorProcessingRequest ?? [])),
  };
}

function inTurn<Argument>(steps: readonly Step<Argument>[]): (asked: Argument) => Promise<void> {
  return async (asked) => {
    for (const step of steps) {
      const later = step(asked);
      if (later !== undefined) await later;
    }
  };
}
