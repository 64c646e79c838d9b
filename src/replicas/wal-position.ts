/** Positions in PostgreSQL's write-ahead log (type `pg_lsn`). Pure. */

/** From text such as `16/B374D848`: two hexadecimal numbers of 32 bits. */
export function parseWalPosition(text: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined)
    throw new Error(`a WAL position must be like 16/B374D848, got "${text}"`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
