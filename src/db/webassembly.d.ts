/** The part of the WebAssembly JavaScript interface (W3C) that migrations.ts uses: Node has it, its types leave it to DOM. */
declare namespace WebAssembly {
  function instantiate(
    bytes: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
