/**
 * `missing-header`: one of the three is not there, or there twice. `malformed-header`: the
 * timestamp is no number. `too-old`, `too-new`: the timestamp is further from now than the
 * tolerance. `no-matching-signature`: signed by nobody whose secret was given, or changed.
 */
export type WebhookVerificationReason =
  | 'missing-header'
  | 'malformed-header'
  | 'too-old'
  | 'too-new'
  | 'no-matching-signature';

/** The request is not to be believed: answer 401, and do nothing of what it says. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly reason: WebhookVerificationReason;

  constructor(reason: WebhookVerificationReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
