/**
 * Types of the WebAssembly JavaScript interface (W3C) used by migrations.ts: Node has it, but its types leave it to the
 * DOM's.
 */
declare namespace WebAssembly {
  function instantiate(
    bytes: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
