/** The input of the load program that this is: see run-load.ts. */
export function loadInput<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}
