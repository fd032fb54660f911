import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../../src/backends/memory/index.js';
import { DEFAULT_LIMITS } from '../../../src/core/index.js';
import {
  createApplications,
  createPolicies,
  createSharedDocuments,
  createTenants,
  Poller,
  type Policies,
  type PollerSettings,
  type SharedDocuments,
  type Tenants,
} from '../../../src/scheduler/index.js';
import { World } from '../world.js';
import { ScriptedDocuments } from './scripted-documents.js';

/** One server: what it holds of the policies, and what can be done to them through it. */
export interface TenantServer {
  readonly documents: ScriptedDocuments;
  readonly shared: SharedDocuments;
  readonly policies: Policies;
  readonly tenants: Tenants;
}

/** The world of the scheduler with several servers that share documents. */
export class TenantsWorld extends World {
  readonly documents = openMemory(DEFAULT_MEMORY_SETTINGS, this.components).documents;
  readonly #parts: { stop(): Promise<void> | void }[] = [];

  /** Waits until it has loaded. */
  async server(): Promise<TenantServer> {
    const { components } = this;
    const documents = new ScriptedDocuments(this.documents);
    const scripted = (): ScriptedDocuments => documents;
    const shared = createSharedDocuments({ documents: scripted, components, scope: 'policies' });
    shared.start();
    this.#parts.push(shared);
    const tenants = createTenants({
      shared,
      applications: createApplications({ documents: scripted, components }),
      timedEvents: () => this.storage,
      limits: DEFAULT_LIMITS,
      components,
    });
    await this.settle();
    return { documents, shared, policies: createPolicies(shared, components), tenants };
  }

  pollerOf({ policies, documents }: TenantServer, settings: Partial<PollerSettings> = {}): Poller {
    const poller = new Poller({
      timedEvents: () => this.storage,
      ready: () => this.ready,
      dispatcher: this.dispatcher,
      components: this.components,
      policies,
      documents: () => documents,
      settings,
      onAttempt: (ms) => this.lateness.push(ms),
    });
    this.track(poller);
    poller.start();
    return poller;
  }

  override async end(): Promise<void> {
    await super.end();
    for (const part of this.#parts) await part.stop();
  }
}
