/** With all the rest, a response stays below the 4 MiB of clients. */
const PAGE_BYTES_MAX = 3 * 1_048_576;

/** How many of the first items fit in a response, by their sizes: at least one, if any. */
export function fitting(sizes: readonly number[]): number {
  let bytes = 0;
  const over = sizes.findIndex((size, index) => {
    bytes += size;
    return index > 0 && bytes > PAGE_BYTES_MAX;
  });
  return over === -1 ? sizes.length : over;
}
