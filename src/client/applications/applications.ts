import type { CallLimits } from '../tries.js';
import type { Application, ApplicationPolicy, RateLimits } from './application.js';
import type { Credentials } from './credentials.js';
import type { Destination } from './destination.js';
import type { CreatedSigningKey, NewSigningKey, SigningKey } from './signing-key.js';

export interface GetApplicationOptions extends CallLimits {
  /** Count what is pending, which takes as long as listing it. */
  readonly countPending?: boolean;
}

export interface PauseApplicationOptions extends CallLimits {
  /** Why, for people: up to 1,000 bytes. */
  readonly note?: string;
}

/**
 * Applications: who schedules, and what holds for all of their timed events. Changes hold on all
 * servers two seconds after they were answered. All can be repeated: they say how it is to be.
 * `url`: any URL of the destination.
 */
export interface Applications {
  /** Those that have scheduled something, or have a policy; by name. */
  list(limits?: CallLimits): AsyncIterable<Application, void, undefined>;
  /** What holds for one; of one that nobody knows: the defaults. */
  get(application: string, options?: GetApplicationOptions): Promise<Application>;
  /** Replaces what holds for one, whole; a pause stays. */
  setPolicy(
    application: string,
    policy: ApplicationPolicy,
    limits?: CallLimits,
  ): Promise<Application>;
  /** No attempt of it begins until it is resumed: what comes due waits. */
  pause(application: string, options?: PauseApplicationOptions): Promise<Application>;
  resume(application: string, limits?: CallLimits): Promise<Application>;
  /** Those that have limits or credentials, or are disabled; by name. */
  destinations(
    application: string,
    limits?: CallLimits,
  ): AsyncIterable<Destination, void, undefined>;
  /** Replaces the limits at a destination, whole; `append:` is the event store. */
  setDestinationLimits(
    application: string,
    url: string,
    rateLimits: RateLimits,
    limits?: CallLimits,
  ): Promise<Destination>;
  /** Lets attempts begin again at one that has answered 410. */
  enableDestination(application: string, url: string, limits?: CallLimits): Promise<Destination>;
  /** They are stored encrypted and never shown. SECRETS_DISABLED. */
  setCredentials(
    application: string,
    url: string,
    credentials: Credentials,
    limits?: CallLimits,
  ): Promise<void>;
  /** NOT_FOUND. */
  deleteCredentials(application: string, url: string, limits?: CallLimits): Promise<void>;
  /**
   * Adds a key with which calls are signed (Standard Webhooks). All keys sign, two of each kind at
   * most: add the new one, let receivers take it over, delete the old one. KEY_EXISTS,
   * SECRETS_DISABLED. Of an ed25519 key that the server makes, OutcomeUnknownError can mean that it
   * is there: list the keys.
   */
  createSigningKey(
    application: string,
    key: NewSigningKey,
    limits?: CallLimits,
  ): Promise<CreatedSigningKey>;
  /** By id, without their secrets. */
  signingKeys(application: string, limits?: CallLimits): Promise<readonly SigningKey[]>;
  /** Two seconds later nothing is signed with it. NOT_FOUND. */
  deleteSigningKey(application: string, keyId: string, limits?: CallLimits): Promise<void>;
}
