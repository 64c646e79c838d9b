import { expect, test } from "vitest";
import { parsedShape, RowMapper } from "../../src/db/row-mapper.js";

const asText = (value: unknown) => `<${value}>`;

test("values become properties by the names of their columns, and are parsed but for null", () => {
  const shape = new RowMapper([
    { name: "id", parse: Number },
    { name: "title", parse: asText },
    { name: "bio", parse: asText },
  ]);
  expect(shape.rowOf(["7", "T", null])).toEqual({ id: 7, title: "<T>", bio: null });
});

test("columns with a dot are an object of the row, and no properties of their own", () => {
  const shape = new RowMapper([
    { name: "author.name", parse: asText },
    { name: "id", parse: Number },
    { name: "author.id", parse: Number },
  ]);
  expect(shape.rowOf(["Ada", "1", "2"])).toEqual({ id: 1, author: { id: 2, name: "<Ada>" } });
  expect(shape.rowOf(["Bob", "2", "3"])).toEqual({ id: 2, author: { id: 3, name: "<Bob>" } });
});

test("the object is null where its id is", () => {
  const shape = parsedShape([{ name: "id" }, { name: "author.id" }, { name: "author.name" }]);
  expect(shape.rowOf([1, null, null])).toEqual({ id: 1, author: null });
});

test("an object without an id is a mistake in the statement", () => {
  expect(() => parsedShape([{ name: "author.name" }])).toThrow("must have author.id");
});
