import { invalidField } from '../errors.js';
import { systemTime } from '../time.js';
import { headerOf, type WebhookHeaders } from './webhook-headers.js';
import { signatureCheckOf } from './webhook-secret.js';
import { WebhookVerificationError } from './webhook-verification-error.js';

export interface WebhookRequest {
  readonly headers: WebhookHeaders;
  /**
   * The body as it came. Give the bytes, read before anything parses them: what was parsed and
   * written again is another text, and a text made of bytes that are no UTF-8 has lost some.
   */
  readonly body: Uint8Array | string;
  /**
   * `whsec_…` (shared) and `whpk_…` (public keys); one that fits is enough. Give the old and the
   * new one while a key is being replaced.
   */
  readonly secrets: readonly string[];
  /** How far the timestamp may be from now, before or after; 5 minutes unless told otherwise. */
  readonly toleranceMs?: number;
  /** Now, for tests. */
  readonly nowMs?: number;
}

export interface VerifiedWebhook {
  /** The same over all attempts: remember it, and do nothing when it comes again. */
  readonly id: string;
  /** When this attempt was made; whole seconds. */
  readonly timestampMs: number;
}

const TOLERANCE_MS = 300_000;
/** A sender has few keys; more signatures would only cost time. */
const SIGNATURES_MAX = 20;
const SECONDS = /^\d{1,12}$/;

/**
 * Checks a call that is signed by Standard Webhooks 1.0, as those of timed events are once their
 * application has keys. Of the headers only `webhook-id` and `webhook-timestamp` are signed.
 * Throws WebhookVerificationError, and InvalidRequestError for secrets that are none.
 */
export function verifyWebhook(request: WebhookRequest): VerifiedWebhook {
  const { headers, body, secrets } = request;
  if (secrets.length === 0) throw invalidField('secrets', 'must not be empty');
  const id = requireHeader(headers, 'webhook-id');
  const timestamp = requireHeader(headers, 'webhook-timestamp');
  const signatures = requireHeader(headers, 'webhook-signature').split(' ');
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  const checks = secrets.map((secret, index) => signatureCheckOf(secret, index, signed));
  const timestampMs = requireTimestamp(timestamp, request);
  const known = signatures.slice(0, SIGNATURES_MAX);
  if (!checks.some((fits) => known.some(fits))) {
    throw new WebhookVerificationError('no-matching-signature', 'no signature fits the secrets');
  }
  return { id, timestampMs };
}

function requireHeader(headers: WebhookHeaders, name: string): string {
  const value = headerOf(headers, name);
  if (value !== undefined) return value;
  throw new WebhookVerificationError('missing-header', `the header ${name} is not there once`);
}

function requireTimestamp(
  text: string,
  { toleranceMs = TOLERANCE_MS, nowMs = systemTime.nowMs() }: WebhookRequest,
): number {
  if (!SECONDS.test(text)) {
    throw new WebhookVerificationError('malformed-header', 'webhook-timestamp is no number');
  }
  const timestampMs = Number(text) * 1_000;
  if (timestampMs < nowMs - toleranceMs) {
    throw new WebhookVerificationError('too-old', 'webhook-timestamp is too long ago');
  }
  if (timestampMs > nowMs + toleranceMs) {
    throw new WebhookVerificationError('too-new', 'webhook-timestamp lies in the future');
  }
  return timestampMs;
}
