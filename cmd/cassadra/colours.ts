interface Place {
  readonly isTTY?: boolean;
}

const CODES = { green: 32, yellow: 33, red: 31, dim: 2 } as const;

export type Paint = (colour: keyof typeof CODES, text: string) => string;

/** Colours on a terminal only, and not with NO_COLOR set to anything. */
export function paintFor(place: Place, env: Readonly<Record<string, string | undefined>>): Paint {
  const { NO_COLOR: without = '' } = env;
  if (place.isTTY !== true || without !== '') return (_colour, text) => text;
  return (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}
