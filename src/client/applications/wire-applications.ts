import { TenantServiceService as METHODS } from '../../gen/cassadra/v1/scheduler.js';
import { pagesOf } from '../pages.js';
import { requireText } from '../require-text.js';
import type { CallLimits } from '../tries.js';
import { callUnary, type UnaryMethod, type Wire } from '../unary.js';
import { goneMeans, writeUntilKnown } from '../write-until-known.js';
import {
  decodeApplication,
  encodeLimits,
  encodePolicy,
  type Application,
  type ApplicationPolicy,
  type RateLimits,
} from './application.js';
import type {
  Applications,
  GetApplicationOptions,
  PauseApplicationOptions,
} from './applications.js';
import { encodeCredentials, type Credentials } from './credentials.js';
import { decodeDestination, type Destination } from './destination.js';
import type { NewSecret } from './new-secret.js';
import {
  createKey,
  decodeKey,
  type CreatedSigningKey,
  type NewSigningKey,
  type SigningKey,
} from './signing-key.js';

/** Applications over a wire. */
export class WireApplications implements Applications {
  readonly #wire: Wire;
  readonly #newSecret: NewSecret;

  constructor(wire: Wire, newSecret: NewSecret) {
    this.#wire = wire;
    this.#newSecret = newSecret;
  }

  async *list(limits: CallLimits = {}): AsyncGenerator<Application, void, undefined> {
    const pages = pagesOf((page) => callUnary(this.#wire, METHODS.listApplications, page, limits));
    for await (const { applications } of pages) yield* applications.map(decodeApplication);
  }

  async get(
    application: string,
    { countPending = false, ...limits }: GetApplicationOptions = {},
  ): Promise<Application> {
    requireText(application, 'application');
    const request = { application, countPending };
    const answer = await callUnary(this.#wire, METHODS.getApplication, request, limits);
    return decodeApplication(answer.application);
  }

  async setPolicy(
    application: string,
    policy: ApplicationPolicy,
    limits: CallLimits = {},
  ): Promise<Application> {
    requireText(application, 'application');
    const request = { application, policy: encodePolicy(policy) };
    return writeUntilKnown(this.#wire, METHODS.setApplicationPolicy, request, {
      ...limits,
      read: (answer) => decodeApplication(answer.application),
    });
  }

  async pause(
    application: string,
    { note = '', ...limits }: PauseApplicationOptions = {},
  ): Promise<Application> {
    requireText(application, 'application');
    requireText(note, 'note');
    return writeUntilKnown(
      this.#wire,
      METHODS.pauseApplication,
      { application, note },
      {
        ...limits,
        read: (answer) => decodeApplication(answer.application),
      },
    );
  }

  async resume(application: string, limits: CallLimits = {}): Promise<Application> {
    requireText(application, 'application');
    return writeUntilKnown(
      this.#wire,
      METHODS.resumeApplication,
      { application },
      {
        ...limits,
        read: (answer) => decodeApplication(answer.application),
      },
    );
  }

  async *destinations(
    application: string,
    limits: CallLimits = {},
  ): AsyncGenerator<Destination, void, undefined> {
    requireText(application, 'application');
    const pages = pagesOf((page) =>
      callUnary(this.#wire, METHODS.listDestinations, { application, ...page }, limits),
    );
    for await (const { destinations } of pages) yield* destinations.map(decodeDestination);
  }

  async setDestinationLimits(
    application: string,
    url: string,
    rateLimits: RateLimits,
    limits: CallLimits = {},
  ): Promise<Destination> {
    const request = { ...placeOf(application, url), limits: encodeLimits(rateLimits) };
    return writeUntilKnown(this.#wire, METHODS.setDestinationLimits, request, {
      ...limits,
      read: ({ destination }) => decodeDestination(destination),
    });
  }

  async enableDestination(
    application: string,
    url: string,
    limits: CallLimits = {},
  ): Promise<Destination> {
    const request = placeOf(application, url);
    return writeUntilKnown(this.#wire, METHODS.enableDestination, request, {
      ...limits,
      read: ({ destination }) => decodeDestination(destination),
    });
  }

  async setCredentials(
    application: string,
    url: string,
    credentials: Credentials,
    limits: CallLimits = {},
  ): Promise<void> {
    const place = placeOf(application, url);
    const request = { ...place, credentials: encodeCredentials(credentials) };
    await writeUntilKnown(this.#wire, METHODS.setDestinationCredentials, request, {
      ...limits,
      read: (answer) => answer,
    });
  }

  async deleteCredentials(
    application: string,
    url: string,
    limits: CallLimits = {},
  ): Promise<void> {
    const request = placeOf(application, url);
    await this.#remove(METHODS.deleteDestinationCredentials, request, limits);
  }

  async createSigningKey(
    application: string,
    key: NewSigningKey,
    limits: CallLimits = {},
  ): Promise<CreatedSigningKey> {
    const parts = { wire: this.#wire, newSecret: this.#newSecret };
    return createKey(parts, application, key, limits);
  }

  async signingKeys(application: string, limits: CallLimits = {}): Promise<readonly SigningKey[]> {
    requireText(application, 'application');
    const request = { application };
    const { keys } = await callUnary(this.#wire, METHODS.listSigningKeys, request, limits);
    return keys.map(decodeKey);
  }

  async deleteSigningKey(
    application: string,
    keyId: string,
    limits: CallLimits = {},
  ): Promise<void> {
    requireText(application, 'application');
    requireText(keyId, 'keyId');
    await this.#remove(METHODS.deleteSigningKey, { application, keyId }, limits);
  }

  async #remove<Request>(
    method: UnaryMethod<Request, object>,
    request: Request,
    limits: CallLimits,
  ): Promise<void> {
    await writeUntilKnown(this.#wire, method, request, {
      ...limits,
      read: (answer) => answer,
      settledBy: goneMeans<object>({}),
    });
  }
}

function placeOf(
  application: string,
  url: string,
): { readonly application: string; readonly url: string } {
  requireText(application, 'application');
  requireText(url, 'url');
  return { application, url };
}
