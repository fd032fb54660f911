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

/** How messages about applications are read and written. */
export const APPLICATION_CODECS = {
  list: { request: ListApplicationsRequest, nested: {}, response: ListApplicationsResponse },
  get: { request: GetApplicationRequest, nested: {}, response: GetApplicationResponse },
  setPolicy: {
    request: SetApplicationPolicyRequest,
    // the policy with limits and failure event
    nested: { 2: { 1: {}, 4: {} } },
    response: SetApplicationPolicyResponse,
  },
  pause: { request: PauseApplicationRequest, nested: {}, response: PauseApplicationResponse },
  resume: { request: ResumeApplicationRequest, nested: {}, response: ResumeApplicationResponse },
} as const;

/** The same about destinations. */
export const DESTINATION_CODECS = {
  list: { request: ListDestinationsRequest, nested: {}, response: ListDestinationsResponse },
  setLimits: {
    request: SetDestinationLimitsRequest,
    nested: { 3: {} },
    response: SetDestinationLimitsResponse,
  },
  enable: { request: EnableDestinationRequest, nested: {}, response: EnableDestinationResponse },
} as const;

/** The same about signing keys and credentials. */
export const SECRET_CODECS = {
  setCredentials: {
    request: SetDestinationCredentialsRequest,
    // one for each kind
    nested: { 3: {}, 4: {}, 5: {} },
    response: SetDestinationCredentialsResponse,
  },
  deleteCredentials: {
    request: DeleteDestinationCredentialsRequest,
    nested: {},
    response: DeleteDestinationCredentialsResponse,
  },
  createKey: { request: CreateSigningKeyRequest, nested: {}, response: CreateSigningKeyResponse },
  listKeys: { request: ListSigningKeysRequest, nested: {}, response: ListSigningKeysResponse },
  deleteKey: { request: DeleteSigningKeyRequest, nested: {}, response: DeleteSigningKeyResponse },
} as const;
