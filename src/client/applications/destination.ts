import {
  CredentialsKind,
  type Destination as WireDestination,
} from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { requireAnswered } from '../write-until-known.js';
import { decodeLimits, type RateLimits } from './application.js';
import type { Credentials } from './credentials.js';

/** What holds for the calls of an application to one place. */
export interface Destination {
  /** Scheme, host and port; `append:` is the event store. */
  readonly destination: string;
  readonly limits: RateLimits;
  /** Since when, and by whose answer 410, no call is made; undefined: it is not disabled. */
  readonly disabled: { readonly sinceMs: number; readonly eventId: string } | undefined;
  /** Which credentials are set, and since when; undefined: none. They are never shown. */
  readonly credentials:
    | { readonly kind: Credentials['kind'] | 'unknown'; readonly setMs: number }
    | undefined;
}

const KINDS = new Choices<Credentials['kind']>({
  basic: CredentialsKind.CREDENTIALS_KIND_BASIC,
  bearer: CredentialsKind.CREDENTIALS_KIND_BEARER,
  mtls: CredentialsKind.CREDENTIALS_KIND_MTLS,
});

/** As a caller gets it. */
export function decodeDestination(answered: WireDestination | undefined): Destination {
  const { destination, limits, disabledMs, disabledByEventId, credentials, credentialsSetMs } =
    requireAnswered(answered, 'destination');
  const disabled =
    disabledMs === undefined
      ? undefined
      : { sinceMs: Number(disabledMs), eventId: disabledByEventId };
  const set =
    credentials === CredentialsKind.CREDENTIALS_KIND_UNSPECIFIED
      ? undefined
      : {
          kind: KINDS.find(credentials) ?? ('unknown' as const),
          setMs: Number(credentialsSetMs ?? 0n),
        };
  return { destination, limits: decodeLimits(limits), disabled, credentials: set };
}
