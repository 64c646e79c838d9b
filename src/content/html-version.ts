/**
 * Version of the HTML that texts become. It is stored beside the HTML; what was stored under another version is rendered
 * again when it is next read. Raise it with every change of what any text becomes: a test compares (test/content).
 */
export const htmlVersion = 1;
