import type { AccessRule, Reach, Role } from '../../access/index.js';
import { parseUuid } from '../../core/index.js';

/** What methods of several services say alike about who may call them. */

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

export interface WithTarget {
  readonly target?:
    | { readonly $case: 'http' }
    | { readonly $case: 'append'; readonly value: OfStream }
    | undefined;
}

/** A timed event that appends needs what an append needs: it is one, only later. */
export const onTarget = {
  also: ({ target }: WithTarget): readonly Role[] => (target?.$case === 'append' ? ['append'] : []),
  streams: ({ target }: WithTarget): Reach =>
    namesReach(...(target?.$case === 'append' ? [target.value.stream] : [])),
} satisfies Partial<AccessRule<WithTarget>>;

const SOME_UUID = '00000000-0000-0000-0000-000000000000';

/** Streams without a name are found by their ids, which a prefix of a name must not match. */
export function prefixReach(prefix: string): Reach {
  const beginsIds = parseUuid(prefix + SOME_UUID.slice(prefix.length)) !== undefined;
  return beginsIds ? ALL : { kind: 'prefix', prefix };
}
