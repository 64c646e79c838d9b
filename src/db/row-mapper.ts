/**
 * Converts result columns to row objects. A column called `author.name` becomes the property `name` of the object
 * `author`, which is null if its `author.id` is null. Pure.
 */

export interface Column {
  readonly name: string;
  /** Converts a value that is not null. */
  readonly parse: (value: never) => unknown;
}

type Row = Record<string, unknown>;

/** Some of the columns, which are one object. */
class ObjectMapper {
  /** Template with all properties null: copies have their final shape (hidden class) from the start. */
  readonly template: Row = {};
  readonly #names: string[] = [];
  readonly #places: number[] = [];
  readonly #parsers: ((value: never) => unknown)[] = [];

  add(name: string, place: number, parse: (value: never) => unknown): void {
    this.template[name] = null;
    this.#names.push(name);
    this.#places.push(place);
    this.#parsers.push(parse);
  }

  /** Where the column of this name is. */
  placeOf(name: string): number | undefined {
    return this.#places[this.#names.indexOf(name)];
  }

  objectOf(values: readonly unknown[]): Row {
    const object = { ...this.template };
    for (let index = 0; index < this.#names.length; index++) {
      const value = values[this.#places[index] ?? -1];
      if (value !== null) object[this.#names[index] ?? ""] = this.#parsers[index]?.(value as never);
    }
    return object;
  }
}

export class RowMapper {
  readonly #own = new ObjectMapper();
  readonly #nested: { readonly name: string; readonly part: ObjectMapper; readonly idPlace: number }[] = [];

  constructor(columns: readonly Column[]) {
    const nested = new Map<string, ObjectMapper>();
    for (const [place, { name, parse }] of columns.entries()) {
      const [object = "", property] = name.split(".");
      if (property === undefined) {
        this.#own.add(name, place, parse);
        continue;
      }
      const part = nested.get(object) ?? new ObjectMapper();
      nested.set(object, part);
      part.add(property, place, parse);
    }
    for (const [name, part] of nested) {
      const idPlace = part.placeOf("id");
      if (idPlace === undefined) throw new Error(`a statement with columns of ${name} must have ${name}.id`);
      this.#nested.push({ name, part, idPlace });
      this.#own.template[name] = null;
    }
  }

  /** `values` are in the order of the columns. */
  rowOf(values: readonly unknown[]): Row {
    const row = this.#own.objectOf(values);
    for (const { name, part, idPlace } of this.#nested) {
      if (values[idPlace] !== null) row[name] = part.objectOf(values);
    }
    return row;
  }
}

/** Of rows whose values a driver has parsed. */
export function parsedShape(fields: readonly { readonly name: string }[]): RowMapper {
  return new RowMapper(fields.map(({ name }) => ({ name, parse: asItIs })));
}

/** For a column whose value is made already. */
export function asItIs(value: unknown): unknown {
  return value;
}
