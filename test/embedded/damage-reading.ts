/** What became of the reads of one data directory. */
export interface Reading {
  right: number;
  /** By an error of the catalogue; opening alone when that was refused. */
  refused: number;
  /** Other errors. */
  readonly errors: string[];
  /** Answers that are not what was written. */
  readonly wrong: string[];
}

const MARK = 'read: ';

export function formatReading(reading: Reading): string {
  return `${MARK}${JSON.stringify(reading)}\n`;
}

/** Undefined for another line. */
export function parseReading(line: string): Reading | undefined {
  if (!line.startsWith(MARK)) return undefined;
  const said: unknown = JSON.parse(line.slice(MARK.length));
  return isReading(said) ? said : undefined;
}

function isReading(said: unknown): said is Reading {
  return typeof said === 'object' && said !== null && 'right' in said && 'wrong' in said;
}
