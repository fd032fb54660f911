import { invalidField, requireName, untilEnd } from '../../../core/index.js';
import {
  SigningKeyKind as WireKind,
  type SetDestinationCredentialsRequest,
  type SigningKey as WireKey,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { Credentials, Secrets, SigningKey, SigningKeyKind } from '../../../scheduler/index.js';
import { decodeEnum } from '../decode-enum.js';
import { withFieldsAt, type FieldPlaces } from '../field-names.js';
import { unaryMethod, type UnaryMethod } from '../unary-method.js';
import { decodeApplication } from './application-methods.js';
import { SECRET_CODECS } from './tenant-codecs.js';

const KINDS: ReadonlyMap<number, SigningKeyKind> = new Map([
  [WireKind.SIGNING_KEY_KIND_UNSPECIFIED, 'hmac-sha256'],
  [WireKind.SIGNING_KEY_KIND_HMAC_SHA256, 'hmac-sha256'],
  [WireKind.SIGNING_KEY_KIND_ED25519, 'ed25519'],
]);

const WIRE_KINDS: Readonly<Record<SigningKeyKind, WireKind>> = {
  'hmac-sha256': WireKind.SIGNING_KEY_KIND_HMAC_SHA256,
  ed25519: WireKind.SIGNING_KEY_KIND_ED25519,
};

/** Where the parts of credentials stand in a request. */
const CREDENTIAL_PLACES: FieldPlaces = new Map([
  ...['user', 'password'].map((name) => [name, `basic.${name}`] as const),
  ['token', 'bearer.token'],
  ...['certificate', 'private_key', 'ca'].map((name) => [name, `mtls.${name}`] as const),
]);

/** The methods for signing keys and credentials. */
export function secretMethods(secrets: Secrets): Readonly<Record<string, UnaryMethod>> {
  return { ...keyMethods(secrets), ...credentialMethods(secrets) };
}

function keyMethods(secrets: Secrets): Readonly<Record<string, UnaryMethod>> {
  const { createKey, listKeys, deleteKey } = SECRET_CODECS;
  return {
    CreateSigningKey: unaryMethod(createKey, async (request, { signal }) => {
      const application = decodeApplication(request);
      const { keyId, secret } = request;
      const kind = decodeEnum('kind', request.kind, KINDS, WireKind);
      const wish = { keyId, kind, ...(secret !== '' && { secret }) };
      const created = await secrets.createKey(application, wish, signal);
      return { key: encodeKey(created.key), secret: created.secret ?? '' };
    }),
    ListSigningKeys: unaryMethod(listKeys, async (request, { signal }) => {
      const keys = await untilEnd(secrets.listKeys(decodeApplication(request)), signal);
      return { keys: keys.map(encodeKey) };
    }),
    DeleteSigningKey: unaryMethod(deleteKey, async (request, { signal }) => {
      const application = decodeApplication(request);
      requireName('key_id', request.keyId);
      await secrets.removeKey(application, request.keyId, signal);
      return {};
    }),
  };
}

function credentialMethods(secrets: Secrets): Readonly<Record<string, UnaryMethod>> {
  const { setCredentials, deleteCredentials } = SECRET_CODECS;
  return {
    SetDestinationCredentials: unaryMethod(setCredentials, (request, { signal }) =>
      withFieldsAt(CREDENTIAL_PLACES, async () => {
        const application = decodeApplication(request);
        const credentials = decodeCredentials(request.credentials);
        await secrets.setCredentials(application, request.url, credentials, signal);
        return {};
      }),
    ),
    DeleteDestinationCredentials: unaryMethod(deleteCredentials, async (request, { signal }) => {
      const application = decodeApplication(request);
      await secrets.removeCredentials(application, request.url, signal);
      return {};
    }),
  };
}

function decodeCredentials(wire: SetDestinationCredentialsRequest['credentials']): Credentials {
  if (wire === undefined) {
    throw invalidField('credentials', 'is required: one of basic, bearer, mtls');
  }
  switch (wire.$case) {
    case 'basic':
      return { kind: 'basic', user: wire.value.user, password: wire.value.password };
    case 'bearer':
      return { kind: 'bearer', token: wire.value.token };
    case 'mtls': {
      const { certificate, privateKey, ca } = wire.value;
      return { kind: 'mtls', certificate, privateKey, ca: ca === '' ? undefined : ca };
    }
  }
}

function encodeKey({ keyId, kind, createdMs, publicKey = '' }: SigningKey): WireKey {
  return { keyId, kind: WIRE_KINDS[kind], createdMs: BigInt(createdMs), publicKey };
}
