import type { Reach } from './access-rule.js';

/** What methods and routes of several transports say alike about who may call them. */

export const ALL: Reach = { kind: 'all' };

export function namesReach(...names: readonly string[]): Reach {
  return { kind: 'names', names };
}

export interface OfStream {
  readonly stream: string;
}

export const onStream = { streams: ({ stream }: OfStream): Reach => namesReach(stream) };

export interface OfApplication {
  readonly application: string;
}

export const onApplication = {
  applications: ({ application }: OfApplication): Reach => namesReach(application),
};

/** Of timed events and their schedules. */
export const READS_TIMED_EVENTS = {
  roles: ['schedule', 'read', 'admin'],
  ...onApplication,
} as const;
export const CHANGES_TIMED_EVENTS = { roles: ['schedule'], ...onApplication } as const;

export const EVERY_STREAM = { streams: (): Reach => ALL };
export const EVERY_APPLICATION = { applications: (): Reach => ALL };
