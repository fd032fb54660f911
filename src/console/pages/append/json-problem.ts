/** Where a text stops being JSON; undefined: it is JSON. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const place = /position (\d+)/.exec(said)?.[1];
    if (place === undefined) return said;
    const before = text.slice(0, Number(place)).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return `Not JSON at line ${String(before.length)}, column ${String(column)}`;
  }
}
