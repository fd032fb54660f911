/** The pages of the navigation: the first part of their paths; the key that opens them after g. */
export const SECTIONS = [
  { part: '', name: 'Overview', key: 'o' },
  { part: 'streams', name: 'Streams', key: 's' },
  { part: 'types', name: 'Types', key: 'y' },
  { part: 'append', name: 'Append', key: 'a' },
  { part: 'timers', name: 'Timers', key: 't' },
  { part: 'schedules', name: 'Schedules', key: 'c' },
  { part: 'failed', name: 'Failed', key: 'f' },
] as const;
