/** How the program ends. `docs/cli.md` says the same, held together by a test. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'Done. `tail` and `serve` end so when they are told to stop.' },
  failed: { code: 1, meaning: 'It failed. The line on standard error says why and what to do.' },
  misused: {
    code: 2,
    meaning: 'An option, an argument, a setting or a field is wrong. Nothing was written.',
  },
  differs: {
    code: 3,
    meaning: 'It ran, and found what is not as it should be (`verify`, `doctor`, transfers).',
  },
  unavailable: {
    code: 4,
    meaning: 'The server cannot be reached or cannot serve now. Try again later.',
  },
  conflict: {
    code: 5,
    meaning: 'What is there is not as expected, or the id or name is taken. Nothing was written.',
  },
  unknown: {
    code: 6,
    meaning: 'It may have been written. Repeat it with the same ids for the definite answer.',
  },
  absent: { code: 7, meaning: 'There is nothing of that name.' },
  interrupted: { code: 130, meaning: 'Ctrl-C, but for `tail` and `serve`.' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;
