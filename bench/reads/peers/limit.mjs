/** What the two limit servers share: node:http, and an answer for each operation's name. No GraphQL. */
import { createServer } from "node:http";

/** `answers` has a function for each operation, of variables and authorization, that resolves with the answer's text. */
export function serve(answers) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      try {
        const { operationName, variables } = JSON.parse(Buffer.concat(chunks).toString());
        send(response, 200, await answers[operationName](variables, request.headers.authorization));
      } catch (error) {
        send(response, 500, JSON.stringify({ errors: [{ message: error.message }] }));
      }
    });
  });
  server.listen(Number(process.env.PORT), "127.0.0.1");
}

function send(response, status, text) {
  const body = Buffer.from(text);
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}
