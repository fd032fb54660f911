import type { ApplicationPolicy, CallLimits, DestinationPolicy } from '../../core/index.js';
import type { PageRequest } from '../page-request.js';

export interface Application {
  readonly application: string;
  readonly policy: ApplicationPolicy;
}

export interface ApplicationPage {
  readonly applications: readonly Application[];
  readonly next: string | undefined;
}

export interface Destination {
  /** Scheme, host and port, as `destinationOf` has it; `append:` is the event store. */
  readonly destination: string;
  readonly policy: DestinationPolicy;
  /** There when credentials are set. */
  readonly credentials?: { readonly kind: 'basic' | 'bearer' | 'mtls'; readonly setMs: number };
}

export interface DestinationPage {
  readonly destinations: readonly Destination[];
  readonly next: string | undefined;
}

/** Everything of a policy that is set at once; what is left out is at its default. */
export type ApplicationSettings = Omit<ApplicationPolicy, 'paused'>;

/**
 * Applications: who schedules, and what holds for them. Changes hold on all servers 2 s after they
 * were answered. All throw AppError: INVALID_ARGUMENT names the field, UNAVAILABLE has changed
 * nothing, OUTCOME_UNKNOWN may have.
 */
export interface Tenants {
  /** Those that have scheduled something, or have a policy; by name. */
  list(page: PageRequest): Promise<ApplicationPage>;
  find(application: string): Promise<Application>;
  /** Entries that are PENDING or PROCESSING, as `TimedEvents.countPending` has it. */
  countPending(application: string): Promise<number>;
  /** Replaces the policy, whole; a pause stays. */
  set(
    application: string,
    settings: ApplicationSettings,
    signal: AbortSignal,
  ): Promise<Application>;
  /** No call of it begins; what comes due waits. Repeating it is fine. */
  pause(application: string, note: string, signal: AbortSignal): Promise<Application>;
  resume(application: string, signal: AbortSignal): Promise<Application>;

  /** Those with limits, with credentials, or disabled; by name. */
  listDestinations(application: string, page: PageRequest): Promise<DestinationPage>;
  /** `url`: any URL of the destination, or `append:`. Replaces the limits, whole. */
  limitDestination(
    application: string,
    url: string,
    limits: CallLimits,
    signal: AbortSignal,
  ): Promise<Destination>;
  /** Lets calls begin again after a 410. Repeating it is fine. */
  enableDestination(application: string, url: string, signal: AbortSignal): Promise<Destination>;
}
