/** As Cassandra serialises a partition key of several text columns. */
export function partitionKey(texts: readonly string[]): Buffer {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return [length, bytes, Buffer.of(0)];
  });
  return Buffer.concat(parts);
}
