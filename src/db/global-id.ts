/** Global object identification: type and number of a row as one opaque text (Relay specification, "Node"). Pure. */
import { ParleyError } from "../errors.js";
import { numberedBase64url } from "./base64url.js";

const nodeTypes = ["User", "Post", "Comment", "Webhook", "WebhookDelivery", "ApiKey", "UserSession", "Report"] as const;

export type NodeType = (typeof nodeTypes)[number];

export interface GlobalId {
  readonly type: NodeType;
  readonly id: number;
}

const writers = Object.fromEntries(nodeTypes.map((type) => [type, numberedBase64url(`${type}:`)])) as Readonly<
  Record<NodeType, (id: number) => string>
>;

export function toGlobalId(type: NodeType, id: number): string {
  return writers[type](id);
}

/** Reads a global id of any type. Throws BAD_ID when it is none. */
export function parseGlobalId(text: string, subject = "id"): GlobalId {
  const [name, digits = "", ...rest] = Buffer.from(text, "base64url").toString("latin1").split(":");
  const type = nodeTypes.find((each) => each === name);
  const id = Number(digits);
  const isCanonical = /^[1-9]\d{0,15}$/.test(digits) && Number.isSafeInteger(id) && rest.length === 0;
  if (type === undefined || !isCanonical || toGlobalId(type, id) !== text) {
    throw new ParleyError("BAD_ID", `${subject} must be an identifier from this server, got ${quote(text)}`);
  }
  return { type, id };
}

/** Reads a global id that must be of one type. Throws BAD_ID when it is not. */
export function parseIdOf(type: NodeType, text: string, subject = "id"): number {
  const parsed = parseGlobalId(text, subject);
  if (parsed.type === type) return parsed.id;
  throw new ParleyError("BAD_ID", `${subject} must be an identifier of type ${type}, got one of type ${parsed.type}`);
}

/** A client's text as it may stand in an error message: short, and quoted. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
