/** Reads Server-Sent Events from a response, in the format of HTML 9.2.6, as far as Parley uses it: LF, one `data`. */

export interface StreamedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Ends, or throws, with the response. An event that is not whole is not yielded. */
export async function* readEventStream({ body }: Response): AsyncGenerator<StreamedEvent> {
  if (body === null) return;
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map(toField));
      const data = fields.get("data");
      if (data !== undefined) yield { id: fields.get("id"), event: fields.get("event") ?? "message", data };
    }
  }
}

function toField(line: string): [name: string, value: string] {
  const at = line.indexOf(":");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
}
