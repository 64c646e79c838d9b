/**
 * Version of the rendered HTML, stored beside it. HTML of another version is rendered again when it is next read. Raise
 * it with every change of the output; a test compares (test/content).
 */
export const htmlVersion = 1;
