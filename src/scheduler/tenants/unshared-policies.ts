import type { Policies } from './policies.js';

/** Policies that nobody else changes: they need not be confirmed again and again. */
export function unshared(policies: Policies): Policies {
  return {
    fresh: true,
    application: (application) => policies.application(application),
    destination: (application, destination) => policies.destination(application, destination),
    disable: (...wish) => policies.disable(...wish),
  };
}
