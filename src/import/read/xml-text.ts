/** Decodes the bytes of an XML file and removes characters that XML does not allow. Pure except for the input. */

export interface XmlText {
  readonly text: string;
  /** Bytes read from the beginning of the file to the end of `text`. */
  readonly bytesRead: number;
}

/**
 * Decodes UTF-8, drops the byte order mark, and drops every character, written out or as a reference such as `&#0;`,
 * that is not a Char (XML 1.0, section 2.2): dumps contain a few, and one would make the whole file unreadable.
 */
export async function* xmlText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<XmlText> {
  const decoder = new TextDecoder("utf-8");
  let held = "";
  let bytesRead = 0;
  for await (const chunk of chunks) {
    bytesRead += chunk.length;
    const decoded = held + decoder.decode(chunk, { stream: true });
    const end = endOfWholeReferences(decoded);
    held = decoded.slice(end);
    yield { text: onlyXmlCharacters(decoded.slice(0, end)), bytesRead };
  }
  yield { text: onlyXmlCharacters(held + decoder.decode()), bytesRead };
}

const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const reference = /&#(?:x([0-9a-f]+)|([0-9]+));/gi;

function onlyXmlCharacters(text: string): string {
  return text.replace(notXml, "").replace(reference, (written, hex?: string, decimal?: string) => {
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return isXmlCharacter(codePoint) ? written : "";
  });
}

function isXmlCharacter(codePoint: number): boolean {
  if (codePoint > 0x10_ff_ff) return false;
  const character = String.fromCodePoint(codePoint);
  return character.replace(notXml, "") === character;
}

/** Where to cut `text` so that no reference is cut in two. */
function endOfWholeReferences(text: string): number {
  const longestReference = 16;
  const start = text.lastIndexOf("&");
  const mayGoOn = start !== -1 && text.length - start < longestReference && !text.includes(";", start);
  return mayGoOn ? start : text.length;
}
