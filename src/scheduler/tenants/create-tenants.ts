import {
  AppError,
  requireName,
  type ApplicationPolicy,
  type CallLimits,
  type DestinationPolicy,
  type Limits,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { TimedEvents } from '../../storage/index.js';
import { requirePage, type PageRequest } from '../page-request.js';
import type { Applications } from './applications.js';
import { compareUtf8 } from './compare-utf8.js';
import type { SharedDocuments } from './policies.js';
import {
  APPLICATION_IDS,
  applicationId,
  credentialIds,
  decodeApplicationPolicy,
  decodeCredentialsFacts,
  decodeDestinationPolicy,
  destinationIds,
  encodeApplicationPolicy,
  encodeDestinationPolicy,
} from './policy-documents.js';
import {
  requireCallLimits,
  requireDestination,
  requireNote,
  requireSettings,
} from './tenant-fields.js';
import type {
  Application,
  ApplicationPage,
  ApplicationSettings,
  Destination,
  DestinationPage,
  Tenants,
} from './tenants.js';

export interface TenantsParts {
  /** Of the scope `policies`. */
  readonly shared: SharedDocuments;
  readonly applications: Applications;
  /** Undefined until the storage is open. */
  readonly timedEvents: () => TimedEvents | undefined;
  /** Those of the event store, for failure events. */
  readonly limits: Limits;
  readonly components: Components;
}

/** The use cases of applications. What they read is what this process holds. */
export function createTenants(parts: TenantsParts): Tenants {
  return new StoredTenants(parts);
}

class StoredTenants implements Tenants {
  readonly #parts: TenantsParts;

  constructor(parts: TenantsParts) {
    this.#parts = parts;
  }

  async list(page: PageRequest): Promise<ApplicationPage> {
    requirePage(page);
    const { after, limit } = page;
    const shared = this.#shared();
    const listed = await this.#parts.applications.list(after, limit);
    const names = new Set(listed.documents.map(({ key }) => key.id));
    for (const [id] of shared.list(APPLICATION_IDS)) names.add(id.slice(APPLICATION_IDS.length));
    const isOnPage = (name: string): boolean =>
      (after === undefined || compareUtf8(name, after) > 0) &&
      (listed.next === undefined || compareUtf8(name, listed.next) <= 0);
    const { part, next } = pageOf([...names].filter(isOnPage), limit);
    const applications = part.map((name) => this.#application(shared, name));
    return { applications, next: next ?? listed.next };
  }

  async find(application: string): Promise<Application> {
    requireName('application', application);
    return this.#application(this.#shared(), application);
  }

  async countPending(application: string): Promise<number> {
    requireName('application', application);
    const timedEvents = this.#parts.timedEvents();
    if (timedEvents === undefined) throw notReady();
    return timedEvents.countPending(application);
  }

  async set(
    application: string,
    settings: ApplicationSettings,
    signal: AbortSignal,
  ): Promise<Application> {
    requireSettings(settings, this.#parts.limits);
    return this.#change(application, signal, ({ paused }) => ({
      ...settingsOf(settings),
      ...(paused && { paused }),
    }));
  }

  async pause(application: string, note: string, signal: AbortSignal): Promise<Application> {
    requireNote(note);
    const nowMs = this.#parts.components.clock.nowMs();
    return this.#change(application, signal, (policy) => ({
      ...policy,
      paused: { sinceMs: policy.paused?.sinceMs ?? nowMs, note },
    }));
  }

  async resume(application: string, signal: AbortSignal): Promise<Application> {
    return this.#change(application, signal, settingsOf);
  }

  async listDestinations(application: string, page: PageRequest): Promise<DestinationPage> {
    requireName('application', application);
    requirePage(page);
    const { after, limit } = page;
    const shared = this.#shared();
    const names = new Set(
      [destinationIds(application), credentialIds(application)].flatMap((prefix) =>
        shared.list(prefix).map(([id]) => id.slice(prefix.length)),
      ),
    );
    const left = [...names].filter((name) => after === undefined || compareUtf8(name, after) > 0);
    const { part, next } = pageOf(left, limit);
    const destinations = part.map((name) => {
      const content = shared.get(`${destinationIds(application)}${name}`);
      return this.#destination(application, name, decodeDestinationPolicy(content));
    });
    return { destinations, next };
  }

  async limitDestination(
    application: string,
    url: string,
    limits: CallLimits,
    signal: AbortSignal,
  ): Promise<Destination> {
    requireCallLimits(limits);
    return this.#changeDestination(application, url, signal, ({ disabled }) => ({
      ...callLimitsOf(limits),
      ...(disabled && { disabled }),
    }));
  }

  async enableDestination(
    application: string,
    url: string,
    signal: AbortSignal,
  ): Promise<Destination> {
    return this.#changeDestination(application, url, signal, callLimitsOf);
  }

  async #change(
    application: string,
    signal: AbortSignal,
    next: (policy: ApplicationPolicy) => ApplicationPolicy,
  ): Promise<Application> {
    requireName('application', application);
    const content = await this.#parts.shared.change(
      applicationId(application),
      (before) => encodeApplicationPolicy(next(decodeApplicationPolicy(before))),
      signal,
    );
    return { application, policy: decodeApplicationPolicy(content) };
  }

  async #changeDestination(
    application: string,
    url: string,
    signal: AbortSignal,
    next: (policy: DestinationPolicy) => DestinationPolicy,
  ): Promise<Destination> {
    requireName('application', application);
    const destination = requireDestination(url);
    const content = await this.#parts.shared.change(
      `${destinationIds(application)}${destination}`,
      (before) => encodeDestinationPolicy(next(decodeDestinationPolicy(before))),
      signal,
    );
    return this.#destination(application, destination, decodeDestinationPolicy(content));
  }

  #application(shared: SharedDocuments, application: string): Application {
    const policy = decodeApplicationPolicy(shared.get(applicationId(application)));
    return { application, policy };
  }

  #destination(application: string, destination: string, policy: DestinationPolicy): Destination {
    const content = this.#parts.shared.get(`${credentialIds(application)}${destination}`);
    if (content === undefined) return { destination, policy };
    const { kind, setMs } = decodeCredentialsFacts(content);
    return { destination, policy, credentials: { kind, setMs } };
  }

  #shared(): SharedDocuments {
    if (!this.#parts.shared.fresh) throw notReady();
    return this.#parts.shared;
  }
}

/** All but a pause. */
function settingsOf(policy: ApplicationSettings): ApplicationSettings {
  const { priority, pendingMax, failureEvent } = policy;
  return {
    ...callLimitsOf(policy),
    priority,
    ...(pendingMax !== undefined && { pendingMax }),
    ...(failureEvent && { failureEvent }),
  };
}

function callLimitsOf({ ratePerSecond, concurrency }: CallLimits): CallLimits {
  return {
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

/** The first names in their order, and where to go on when there are more. */
function pageOf(
  names: readonly string[],
  limit: number,
): { readonly part: readonly string[]; readonly next: string | undefined } {
  const part = names.toSorted(compareUtf8).slice(0, limit);
  return { part, next: part.length < names.length ? part.at(-1) : undefined };
}

function notReady(): AppError {
  return new AppError('NOT_READY', 'the policies could not be read from the storage lately');
}
