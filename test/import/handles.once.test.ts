/** Handles: their form, their look, and how they are made from names. */
import { describe, expect, it } from "vitest";
import { handleFromName, handleSkeleton, isHandle, withSuffix } from "../../src/services/handles.js";

describe("isHandle", () => {
  it("accepts 3 to 30 lower case letters, digits and single underscores between them", () => {
    for (const handle of ["abc", "a_b", "0x0", "a".repeat(30), "anna_maria_2"]) expect(isHandle(handle)).toBe(true);
  });

  it("refuses everything else", () => {
    const texts = ["", "ab", "a".repeat(31), "_abc", "abc_", "a__b", "Abc", "a-b", "a b", "abc\n", "äbc", "аbc"];
    for (const text of texts) expect([text, isHandle(text)]).toEqual([text, false]);
  });
});

describe("handleSkeleton", () => {
  it("is the same for handles that look the same", () => {
    const pairs = [
      ["b0b", "bob"],
      ["pau1", "paul"],
      ["rnary", "mary"],
      ["vvill", "wi11"],
      ["anna_maria", "annamaria"],
      ["vvvv", "ww"],
      ["vvv", "wv"],
      ["vvv", "vw"],
    ] as const;
    for (const [one, other] of pairs) expect([one, handleSkeleton(one)]).toEqual([one, handleSkeleton(other)]);
  });

  it("is different for handles that only read alike", () => {
    for (const [one, other] of [
      ["dean", "clean"],
      ["s3th", "seth"],
      ["zoe", "20e"],
      ["nan", "man"],
    ] as const) {
      expect(handleSkeleton(one)).not.toBe(handleSkeleton(other));
    }
  });
});

describe("handleFromName", () => {
  it("makes a handle of every name", () => {
    const handles = {
      "Geoff Dalgas": "geoff_dalgas",
      "  T.E.D.  ": "t_e_d",
      "René Nyffenegger": "rene_nyffenegger",
      "Thorbjørn Ravn Andersen": "thorbjorn_ravn_andersen",
      "Darek Wędrychowski": "darek_wedrychowski",
      Großmann: "grossmann",
      ypercubeᵀᴹ: "ypercubetm",
      Ｆｕｌｌ: "full",
      关一骏: "user",
      "": "user",
      X: "user_x",
      "J!": "user_j",
      "Pekka 웃": "pekka",
      "Charlie Tizzard Ó Kevlahan": "charlie_tizzard_o_kevlah",
      "abcdefghijklmnopqrstuvw xyz": "abcdefghijklmnopqrstuvw",
    };
    for (const [name, handle] of Object.entries(handles)) {
      expect([name, handleFromName(name)]).toEqual([name, handle]);
      expect(isHandle(handle)).toBe(true);
    }
  });
});

describe("withSuffix", () => {
  it("stays a handle", () => {
    expect(withSuffix("john", 2)).toBe("john_2");
    for (const n of [0, 9, 12_345, Number.MAX_SAFE_INTEGER]) {
      for (const handle of ["abc", "a".repeat(30), `${"a_".repeat(14)}bc`]) {
        expect(isHandle(withSuffix(handle, n))).toBe(true);
      }
    }
  });

  it("refuses what is no number for a suffix", () => {
    for (const n of [-1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => withSuffix("abc", n)).toThrow(`suffix must be a whole number from 0, got ${n}`);
    }
  });
});
