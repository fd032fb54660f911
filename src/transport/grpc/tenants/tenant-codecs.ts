import { EVERY_APPLICATION, namesReach, onApplication } from '../../../access/index.js';
import {
  CreateSigningKeyRequest,
  CreateSigningKeyResponse,
  DeleteDestinationCredentialsRequest,
  DeleteDestinationCredentialsResponse,
  DeleteSigningKeyRequest,
  DeleteSigningKeyResponse,
  EnableDestinationRequest,
  EnableDestinationResponse,
  GetApplicationRequest,
  GetApplicationResponse,
  ListApplicationsRequest,
  ListApplicationsResponse,
  ListDestinationsRequest,
  ListDestinationsResponse,
  ListSigningKeysRequest,
  ListSigningKeysResponse,
  PauseApplicationRequest,
  PauseApplicationResponse,
  ResumeApplicationRequest,
  ResumeApplicationResponse,
  SetApplicationPolicyRequest,
  SetApplicationPolicyResponse,
  SetDestinationCredentialsRequest,
  SetDestinationCredentialsResponse,
  SetDestinationLimitsRequest,
  SetDestinationLimitsResponse,
} from '../../../gen/cassadra/v1/scheduler.js';

export const TENANT_NAME = 'cassadra.v1.TenantService';

/** Reading, too: secrets are near. */
const ADMIN = ['admin'] as const;

interface OfApplication {
  readonly application: string;
}

const EVERY = { roles: ADMIN, ...EVERY_APPLICATION };
const ONE = {
  roles: ADMIN,
  ...onApplication,
  touched: ({ application }: OfApplication) => ({ application }),
};
const KEY = {
  ...ONE,
  touched: ({ application, keyId }: OfApplication & { readonly keyId: string }) => ({
    application,
    key_id: keyId,
  }),
};
/** Paths and queries may hold secrets. */
const DESTINATION = {
  ...ONE,
  touched: ({ application, url }: OfApplication & { readonly url: string }) => ({
    application,
    destination: URL.canParse(url) ? new URL(url).origin : '',
  }),
};

const failureStreams = ({ policy }: SetApplicationPolicyRequest): readonly string[] =>
  policy?.failureEvent === undefined ? [] : [policy.failureEvent.stream];
/** Failures are appended in the name of who says so. */
const POLICY = {
  ...ONE,
  also: (request: SetApplicationPolicyRequest) =>
    failureStreams(request).length > 0 ? (['append'] as const) : [],
  streams: (request: SetApplicationPolicyRequest) => namesReach(...failureStreams(request)),
};

/** How messages about applications are read and written. */
export const APPLICATION_CODECS = {
  list: {
    request: ListApplicationsRequest,
    nested: {},
    response: ListApplicationsResponse,
    access: EVERY,
  },
  get: {
    request: GetApplicationRequest,
    nested: {},
    response: GetApplicationResponse,
    access: ONE,
  },
  setPolicy: {
    request: SetApplicationPolicyRequest,
    // the policy with limits and failure event
    nested: { 2: { 1: {}, 4: {} } },
    response: SetApplicationPolicyResponse,
    access: POLICY,
  },
  pause: {
    request: PauseApplicationRequest,
    nested: {},
    response: PauseApplicationResponse,
    access: ONE,
  },
  resume: {
    request: ResumeApplicationRequest,
    nested: {},
    response: ResumeApplicationResponse,
    access: ONE,
  },
} as const;

/** The same about destinations. */
export const DESTINATION_CODECS = {
  list: {
    request: ListDestinationsRequest,
    nested: {},
    response: ListDestinationsResponse,
    access: ONE,
  },
  setLimits: {
    request: SetDestinationLimitsRequest,
    nested: { 3: {} },
    response: SetDestinationLimitsResponse,
    access: DESTINATION,
  },
  enable: {
    request: EnableDestinationRequest,
    nested: {},
    response: EnableDestinationResponse,
    access: DESTINATION,
  },
} as const;

/** The same about signing keys and credentials. */
export const SECRET_CODECS = {
  setCredentials: {
    request: SetDestinationCredentialsRequest,
    // one for each kind
    nested: { 3: {}, 4: {}, 5: {} },
    response: SetDestinationCredentialsResponse,
    access: DESTINATION,
  },
  deleteCredentials: {
    request: DeleteDestinationCredentialsRequest,
    nested: {},
    response: DeleteDestinationCredentialsResponse,
    access: DESTINATION,
  },
  createKey: {
    request: CreateSigningKeyRequest,
    nested: {},
    response: CreateSigningKeyResponse,
    access: KEY,
  },
  listKeys: {
    request: ListSigningKeysRequest,
    nested: {},
    response: ListSigningKeysResponse,
    access: ONE,
  },
  deleteKey: {
    request: DeleteSigningKeyRequest,
    nested: {},
    response: DeleteSigningKeyResponse,
    access: KEY,
  },
} as const;
