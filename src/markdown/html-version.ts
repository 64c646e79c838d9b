/**
 * Version of the rendered HTML, stored beside it. HTML of another version is rendered again on the next read. Raise it
 * with every change of the output; test/unit/html-version.test.ts detects changes.
 */
export const htmlVersion = 1;
