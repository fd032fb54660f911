import type { ApplicationPolicy, DestinationPolicy } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import {
  applicationId,
  decodeApplicationPolicy,
  decodeDestinationPolicy,
  destinationIds,
  encodeDestinationPolicy,
} from './policy-documents.js';
import type { Policies, SharedDocuments } from './policies.js';

/** What cannot be read is not guessed: nothing of the application begins, or one by one. */
const UNREADABLE: ApplicationPolicy = {
  priority: 'normal',
  paused: { sinceMs: 0, note: 'its policy cannot be read' },
};
const UNREADABLE_DESTINATION: DestinationPolicy = { concurrency: 1 };
/** Decoded policies of applications and destinations that were asked for. */
const DECODED_MAX = 10_000;

/** Policies as the shared documents have them. */
export function createPolicies(shared: SharedDocuments, components: Components): Policies {
  return new SharedPolicies(shared, components);
}

class SharedPolicies implements Policies {
  readonly #shared: SharedDocuments;
  readonly #components: Components;
  readonly #applications: Decoded<ApplicationPolicy>;
  readonly #destinations: Decoded<DestinationPolicy>;

  constructor(shared: SharedDocuments, components: Components) {
    const onFault = (error: unknown, id: string): void =>
      components.logger.error({ err: error, id }, 'a policy cannot be read');
    this.#shared = shared;
    this.#components = components;
    this.#applications = new Decoded(decodeApplicationPolicy, UNREADABLE, onFault);
    this.#destinations = new Decoded(decodeDestinationPolicy, UNREADABLE_DESTINATION, onFault);
  }

  get fresh(): boolean {
    return this.#shared.fresh;
  }

  application(application: string): ApplicationPolicy {
    return this.#applications.get(applicationId(application), this.#shared);
  }

  destination(application: string, destination: string): DestinationPolicy {
    return this.#destinations.get(`${destinationIds(application)}${destination}`, this.#shared);
  }

  async disable(
    application: string,
    destination: string,
    eventId: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.destination(application, destination).disabled !== undefined) return;
    const sinceMs = this.#components.clock.nowMs();
    const next = (content: string | undefined): string | undefined => {
      const policy = decodeDestinationPolicy(content);
      if (policy.disabled !== undefined) return content;
      return encodeDestinationPolicy({ ...policy, disabled: { sinceMs, eventId } });
    };
    await this.#shared.change(`${destinationIds(application)}${destination}`, next, signal);
  }
}

/** Contents decoded once for each version of what is shared. */
class Decoded<Policy> {
  readonly #decode: (content: string | undefined) => Policy;
  readonly #otherwise: Policy;
  readonly #onFault: (error: unknown, id: string) => void;
  readonly #known = new Map<string, Policy>();
  #version: number | undefined;

  constructor(
    decode: (content: string | undefined) => Policy,
    otherwise: Policy,
    onFault: (error: unknown, id: string) => void,
  ) {
    this.#decode = decode;
    this.#otherwise = otherwise;
    this.#onFault = onFault;
  }

  get(id: string, shared: SharedDocuments): Policy {
    if (shared.version !== this.#version || this.#known.size > DECODED_MAX) {
      this.#known.clear();
      this.#version = shared.version;
    }
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const policy = this.#decoded(id, shared.get(id));
    this.#known.set(id, policy);
    return policy;
  }

  #decoded(id: string, content: string | undefined): Policy {
    try {
      return this.#decode(content);
    } catch (error) {
      this.#onFault(error, id);
      return this.#otherwise;
    }
  }
}
