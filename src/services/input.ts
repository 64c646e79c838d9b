/** Input validation that collects all errors, so that a form can show them at once. Limits are also in schema.graphql. */
import { type UserError, userError } from "./outcome.js";

/** Least and most characters (Unicode code points). */
export interface Length {
  readonly least: number;
  readonly most: number;
}

export const lengths = {
  name: { least: 1, most: 80 },
  bio: { least: 0, most: 500 },
  avatarUrl: { least: 1, most: 2_000 },
  email: { least: 3, most: 254 },
  password: { least: 8, most: 128 },
  title: { least: 1, most: 200 },
  content: { least: 1, most: 40_000 },
  text: { least: 1, most: 30_000 },
  search: { least: 1, most: 200 },
  url: { least: 1, most: 2_000 },
  subscription: { least: 1, most: 10_000 },
  description: { least: 0, most: 500 },
  reason: { least: 1, most: 1_000 },
  note: { least: 0, most: 1_000 },
  reportText: { least: 0, most: 2_000 },
} as const satisfies Record<string, Length>;

export class InputCheck {
  readonly userErrors: UserError[] = [];

  refuse(code: UserError["code"], field: string, message: string): void {
    this.userErrors.push(userError(code, field, message));
  }

  /** One line of plain text, trimmed. */
  line(field: keyof typeof lengths, value: string): string {
    const text = isBlank(value) ? "" : value.trim();
    this.length(field, text);
    if (/[\p{Cc}\u2028\u2029]/u.test(text))
      this.refuse("INVALID", field, `${field} must be a single line without control characters`);
    return text;
  }

  /** Many lines, kept as they are. */
  text(field: keyof typeof lengths, value: string): string {
    if (lengths[field].least > 0 && value !== "" && isBlank(value)) {
      this.refuse("BLANK", field, `${field} must not consist of white space only`);
      return value;
    }
    this.length(field, value);
    return value;
  }

  length(field: keyof typeof lengths, value: string, name: string = field): void {
    const { least, most } = lengths[field];
    const length = characters(value);
    const expected = `${name} must have ${least}–${most.toLocaleString("en-US")} characters, got ${length}`;
    if (length > most) this.refuse("TOO_LONG", name, expected);
    if (length < least) this.refuse(length === 0 ? "BLANK" : "TOO_SHORT", name, expected);
  }

  /** An address in the common form: not all that RFC 5322 allows, but all that can be mailed. Lower case. */
  email(field: "email", value: string): string {
    const email = value.trim().toLowerCase();
    this.length(field, email);
    const isAddress = /^[^\s@"<>\p{Cc}]+@[^\s@"<>.\p{Cc}]+(\.[^\s@"<>.\p{Cc}]+)+$/u.test(email);
    if (email !== "" && !isAddress)
      this.refuse("INVALID", field, `${field} must be an e-mail address such as name@example.org`);
    return email;
  }

  /** An absolute http or https address. */
  webAddress(field: "avatarUrl", value: string): string {
    const address = this.line(field, value);
    const protocol = URL.canParse(address) ? new URL(address).protocol : "";
    if (address !== "" && protocol !== "https:" && protocol !== "http:") {
      this.refuse("INVALID", field, `${field} must be a URL that starts with https:// or http://`);
    }
    return address;
  }
}

/** Whether nothing of the text is seen: white space, and characters that are only there for others. */
function isBlank(text: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);
}

/** Counts code points, so that an emoji outside the basic plane is one character. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
