/** Executions (counted by V8) and statements (at the driver) per event, which must not grow with listeners. */
import { setTimeout as wait } from "node:timers/promises";
import { median, say, table, verdict } from "../table.mjs";
import { connectListeners } from "./listeners.mjs";
import { startParley, subscriptionTo } from "./servers.mjs";

const graphqlExecute = {
  kind: "calls",
  name: "execute",
  files: ["graphql/execution/execute.js", "graphql/execution/execute.mjs"],
};

/** Listeners and distinct subscriptions. */
const shapes = [
  [1, 1],
  [1_000, 1],
  [1_000, 3],
  [1_000, 100],
  [10_000, 3],
];

export async function measureCounts({ quick }) {
  const events = quick ? 5 : 20;
  const parley = await startParley();
  const rows = [];
  for (const [full, groups] of shapes) {
    const count = quick ? Math.ceil(full / 20) : full;
    say(`counts: ${count} listeners in ${groups} subscriptions`);
    const listeners = await connectListeners(parley.url, count, (n) => subscriptionTo(parley.post, 1 + (n % groups)));
    await listeners.warmUp(() => parley.emit());
    rows.push({ listeners: count, groups: Math.min(groups, count), ...(await countFor(parley, listeners, events)) });
    await listeners.close();
  }
  await parley.end();
  return report(rows, events);
}

/** Median per event, since some include a poll. Counting calls is slow, so statements come first. */
async function countFor(parley, listeners, events) {
  const receiveOne = () => listeners.receive(listeners.size, () => parley.emit());
  const statements = [];
  for (let event = 0; event < events; event++) {
    const before = await parley.ask({ kind: "statements" });
    await receiveOne();
    statements.push((await parley.ask({ kind: "statements" })) - before);
    await wait(20);
  }
  const executions = [];
  await parley.ask({ kind: "countCalls" });
  for (let event = 0; event < events; event++) {
    await receiveOne();
    executions.push(await parley.ask(graphqlExecute));
  }
  await parley.ask({ kind: "stopCountingCalls" });
  return { statements: median(statements), executions: median(executions) };
}

function report(rows, events) {
  const largest = rows.at(-1);
  const numbers = [...new Set(rows.map(({ statements }) => statements))];
  return {
    section: [
      "## Work per event",
      `Medians of ${events} single events. Executions: calls of graphql-js's \`execute\`, as V8 counted them. Statements: ` +
        "calls of the driver, the relay's included, the writing of the event not.",
      table(
        ["listeners", "distinct subscriptions", "executions", "SQL statements"],
        rows.map((row) => [row.listeners, row.groups, row.executions, row.statements]),
      ),
    ].join("\n\n"),
    figures: [
      [
        `executions per event, ${largest.listeners} listeners in 3 subscriptions`,
        largest.executions,
        "3",
        verdict(largest.executions === 3),
      ],
      ["SQL statements per event", numbers.join(", "), "constant", verdict(numbers.length === 1)],
    ],
  };
}
