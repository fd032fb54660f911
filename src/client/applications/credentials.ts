import type { SetDestinationCredentialsRequest } from '../../gen/cassadra/v1/scheduler.js';
import { invalidField } from '../errors.js';
import { requireText } from '../require-text.js';

/** How calls to a destination identify themselves. */
export type Credentials =
  /** In the header Authorization (RFC 7617); the user without a colon. */
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** In the header Authorization (RFC 6750). */
  | { readonly kind: 'bearer'; readonly token: string }
  /** In the connection, https only; all in PEM, the key without a pass phrase. */
  | {
      readonly kind: 'mtls';
      /** With those between it and its authority. */
      readonly certificate: string;
      readonly privateKey: string;
      /** Authorities that the server's certificate may be of; not given: the usual ones. */
      readonly ca?: string | undefined;
    };

/** For the wire. Throws InvalidRequestError naming the field, never with what is in it. */
export function encodeCredentials(
  credentials: Credentials,
): NonNullable<SetDestinationCredentialsRequest['credentials']> {
  switch (credentials.kind) {
    case 'basic': {
      const { user, password } = credentials;
      requireText(user, 'credentials.user');
      requireText(password, 'credentials.password');
      return { $case: 'basic', value: { user, password } };
    }
    case 'bearer': {
      const { token } = credentials;
      requireText(token, 'credentials.token');
      return { $case: 'bearer', value: { token } };
    }
    case 'mtls': {
      const { certificate, privateKey, ca = '' } = credentials;
      requireText(certificate, 'credentials.certificate');
      requireText(privateKey, 'credentials.privateKey');
      requireText(ca, 'credentials.ca');
      return { $case: 'mtls', value: { certificate, privateKey, ca } };
    }
    default:
      throw invalidField('credentials.kind', 'is none of basic, bearer and mtls');
  }
}
