import { z } from 'zod';
import {
  DEFAULT_APPLICATION_POLICY,
  PRIORITIES,
  type ApplicationPolicy,
  type DestinationPolicy,
} from '../../core/index.js';

/** How policies stand in documents of the scope `policies`. */
export const APPLICATION_IDS = 'application\n';
export const applicationId = (application: string): string => `${APPLICATION_IDS}${application}`;
export const destinationIds = (application: string): string => `destination\n${application}\n`;
export const credentialIds = (application: string): string => `credential\n${application}\n`;

const CALL_LIMITS = {
  ratePerSecond: z.number().positive().exactOptional(),
  concurrency: z.int().positive().exactOptional(),
};
const APPLICATION = z.object({
  ...CALL_LIMITS,
  paused: z.object({ sinceMs: z.number(), note: z.string() }).exactOptional(),
  priority: z.enum(PRIORITIES),
  pendingMax: z.int().positive().exactOptional(),
  failureEvent: z.object({ stream: z.string(), type: z.string() }).exactOptional(),
});
const DESTINATION = z.object({
  ...CALL_LIMITS,
  disabled: z.object({ sinceMs: z.number(), eventId: z.string() }).exactOptional(),
});
/** The rest of it is sealed, and none of our business. */
const CREDENTIALS = z.object({ kind: z.enum(['basic', 'bearer', 'mtls']), setMs: z.number() });

/** Throws for what is no policy. No content: the default. */
export function decodeApplicationPolicy(content: string | undefined): ApplicationPolicy {
  return content === undefined
    ? DEFAULT_APPLICATION_POLICY
    : APPLICATION.parse(JSON.parse(content));
}

/** Undefined for one that says no more than the default. */
export function encodeApplicationPolicy(policy: ApplicationPolicy): string | undefined {
  const text = JSON.stringify(policy);
  return text === JSON.stringify(DEFAULT_APPLICATION_POLICY) ? undefined : text;
}

export function decodeDestinationPolicy(content: string | undefined): DestinationPolicy {
  return content === undefined ? {} : DESTINATION.parse(JSON.parse(content));
}

export function encodeDestinationPolicy(policy: DestinationPolicy): string | undefined {
  const text = JSON.stringify(policy);
  return text === '{}' ? undefined : text;
}

export function decodeCredentialsFacts(content: string): z.infer<typeof CREDENTIALS> {
  return CREDENTIALS.parse(JSON.parse(content));
}
