/** Requests of a workload, ready to be sent: each on another post, the same posts for every server. */
import { requestBytes } from "./load.mjs";
import { bodyOf, workloads } from "./operations.mjs";
import { createRandom } from "./random.mjs";

const variants = 1_000;

/** A function that gives the next request. Writes and single reads are of older posts: the feed stays as it is. */
export function requestsOf(workload, server, { posts, authorization }, seed) {
  const random = createRandom(seed);
  const total = Object.values(workloads[workload].operations).reduce((sum, share) => sum + share, 0);
  const ready = Array.from({ length: variants }, () => {
    const operation = choose(workloads[workload].operations, random() * total);
    const postId = 1 + Math.floor(random() * posts * 0.9);
    const headers = operation === "AddComment" ? { authorization } : {};
    return requestBytes(server.url, bodyOf(server.dialect, operation, postId), headers);
  });
  let next = 0;
  return () => ready[next++ % variants];
}

function choose(operations, at) {
  let sum = 0;
  for (const [operation, share] of Object.entries(operations)) {
    sum += share;
    if (at < sum) return operation;
  }
  return Object.keys(operations)[0];
}
