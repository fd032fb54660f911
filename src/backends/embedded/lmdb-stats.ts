/** One of what `getStats` tells: the library declares no type for it. */
export function numberIn(stats: object, name: string): number {
  const value: unknown = Object.entries(stats).find(([key]) => key === name)?.[1];
  if (typeof value !== 'number') throw new TypeError(`lmdb tells no ${name}`);
  return value;
}
