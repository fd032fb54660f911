/** What a field for local time shows, and the moment it stands for: the text alone says less. */
export interface FieldTime {
  readonly text: string;
  /** Undefined: the text is no time. */
  readonly atMs: number | undefined;
}

/** A moment that is given: it keeps its milliseconds, and its side of a change of the clock. */
export function givenTime(atMs: number): FieldTime {
  return { text: fieldText(atMs), atMs };
}

/** What somebody has typed, in local time. */
export function typedTime(text: string): FieldTime {
  const atMs = new Date(text).getTime();
  return { text, atMs: Number.isFinite(atMs) ? atMs : undefined };
}

/** As the field has it: local, without a zone. */
function fieldText(atMs: number): string {
  const local = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return Number.isFinite(local.getTime()) ? local.toISOString().slice(0, 19) : '';
}
