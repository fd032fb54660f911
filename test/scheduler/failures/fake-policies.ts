import type { Policies } from '../../../src/scheduler/index.js';
import {
  AppError,
  DEFAULT_APPLICATION_POLICY,
  type ApplicationPolicy,
  type DestinationPolicy,
} from '../../../src/core/index.js';

/** Policies in a Map. */
export class FakePolicies implements Policies {
  fresh = true;
  readonly applications = new Map<string, ApplicationPolicy>();
  readonly destinations = new Map<string, DestinationPolicy>();
  /** How often disabling finds no storage. */
  failures = 0;

  application(application: string): ApplicationPolicy {
    return this.applications.get(application) ?? DEFAULT_APPLICATION_POLICY;
  }

  destination(application: string, destination: string): DestinationPolicy {
    return this.destinations.get(`${application} ${destination}`) ?? {};
  }

  async disable(application: string, destination: string, eventId: string): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new AppError('UNAVAILABLE', 'the policies are off');
    }
    this.destinations.set(`${application} ${destination}`, { disabled: { sinceMs: 0, eventId } });
  }
}
