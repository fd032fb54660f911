import {
  ALL,
  namesReach,
  type AccessRule,
  type OfStream,
  type Reach,
  type Role,
} from '../../access/index.js';
import { parseUuid } from '../../core/index.js';

/** What methods of gRPC services say alike about who may call them. */

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
