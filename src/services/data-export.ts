/** Exports a user's data as JSON in parts, so that memory stays bounded. */
import type { Viewer } from "../auth/viewer.js";
import type { Query } from "../db/database.js";
import { ParleyError } from "../errors.js";
import { type ExportSection, exportSections } from "./export-sections.js";

export interface ExportOutcome {
  readonly document: string;
  readonly endCursor: string | null;
  readonly userErrors: [];
}

interface Place {
  readonly section: number;
  /** Key of the last item given; 0 before the first. */
  readonly after: number;
}

interface Item {
  readonly key: number;
  /** JSON. */
  readonly item: string;
}

/** A part ends with the chunk that takes it over this. */
const partCharacters = 1_000_000;

export function createDataExportService(query: Query) {
  return {
    /** Throws BAD_CURSOR. */
    async read(viewer: Viewer, { after }: { after?: string | null | undefined }): Promise<ExportOutcome> {
      const members: string[] = [];
      let size = 0;
      let place: Place | undefined = typeof after === "string" ? parsePlace(after) : { section: 0, after: 0 };
      while (place !== undefined && size < partCharacters) {
        const section = exportSections[place.section];
        if (section === undefined) return { document: `{${members.join(",")}}`, endCursor: null, userErrors: [] };
        const { items, next } = await readSection(query, viewer, section, place, partCharacters - size);
        const text = section.isOne ? (items[0] ?? "null") : `[${items.join(",")}]`;
        members.push(`${JSON.stringify(section.name)}:${text}`);
        size += text.length;
        place = next;
      }
      const isOver = place === undefined || exportSections[place.section] === undefined;
      const endCursor = isOver || place === undefined ? null : toCursor(place);
      return { document: `{${members.join(",")}}`, endCursor, userErrors: [] };
    },
  };
}

async function readSection(
  query: Query,
  viewer: Viewer,
  { sql, atOnce }: ExportSection,
  { section, after }: Place,
  room: number,
): Promise<{ readonly items: string[]; readonly next: Place }> {
  const items: string[] = [];
  let size = 0;
  let last = after;
  for (;;) {
    const chunk = await query<Item>(`${sql} ORDER BY 1 LIMIT ${atOnce}`, [viewer.id, last]);
    for (const { item } of chunk) {
      items.push(item);
      size += item.length;
    }
    last = chunk.at(-1)?.key ?? last;
    if (chunk.length < atOnce) return { items, next: { section: section + 1, after: 0 } };
    if (size >= room) return { items, next: { section, after: last } };
  }
}

function toCursor({ section, after }: Place): string {
  return Buffer.from(`export|${exportSections[section]?.name}|${after}`).toString("base64url");
}

function parsePlace(cursor: string): Place {
  const [kind, name, digits = ""] = Buffer.from(cursor, "base64url").toString("latin1").split("|");
  const place = { section: exportSections.findIndex((each) => each.name === name), after: Number(digits) };
  if (kind === "export" && place.section >= 0 && /^\d{1,15}$/.test(digits) && toCursor(place) === cursor) return place;
  throw new ParleyError("BAD_CURSOR", "after must be the endCursor of one of your exports");
}
