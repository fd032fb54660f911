import { requireName, untilEnd } from '../../../core/index.js';
import type {
  Application as WireApplication,
  GetApplicationRequest,
  GetApplicationResponse,
  ListApplicationsRequest,
  ListApplicationsResponse,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { Application, Tenants } from '../../../scheduler/index.js';
import { withFieldsAt } from '../field-names.js';
import { encodeOptional } from '../number-fields.js';
import { decodePageSize } from '../page-size.js';
import { nextToken, placeOfToken } from '../page-token.js';
import { unaryMethod, type UnaryMethod } from '../unary-method.js';
import { decodePolicy, encodePolicy, POLICY_PLACES } from './policy-fields.js';
import { APPLICATION_CODECS } from './tenant-codecs.js';

const LIST = ['applications'];

/** The methods for applications. */
export function applicationMethods(tenants: Tenants): Readonly<Record<string, UnaryMethod>> {
  const { list, get, setPolicy, pause, resume } = APPLICATION_CODECS;
  return {
    ListApplications: unaryMethod(list, (request, { signal }) =>
      listApplications(tenants, request, signal),
    ),
    GetApplication: unaryMethod(get, (request, { signal }) =>
      untilEnd(getApplication(tenants, request), signal),
    ),
    SetApplicationPolicy: unaryMethod(setPolicy, (request, { signal }) =>
      withFieldsAt(POLICY_PLACES, async () => {
        const application = decodeApplication(request);
        const settings = decodePolicy(request.policy);
        return { application: encode(await tenants.set(application, settings, signal)) };
      }),
    ),
    PauseApplication: unaryMethod(pause, async (request, { signal }) => {
      const application = decodeApplication(request);
      return { application: encode(await tenants.pause(application, request.note, signal)) };
    }),
    ResumeApplication: unaryMethod(resume, async (request, { signal }) => ({
      application: encode(await tenants.resume(decodeApplication(request), signal)),
    })),
  };
}

/** The name of a request. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeApplication({ application }: { readonly application: string }): string {
  requireName('application', application);
  return application;
}

async function listApplications(
  tenants: Tenants,
  { pageSize, pageToken }: ListApplicationsRequest,
  signal: AbortSignal,
): Promise<ListApplicationsResponse> {
  const page = { after: placeOfToken(LIST, pageToken), limit: decodePageSize(pageSize) };
  const { applications, next } = await untilEnd(tenants.list(page), signal);
  return { applications: applications.map(encode), nextPageToken: nextToken(LIST, next) };
}

async function getApplication(
  tenants: Tenants,
  request: GetApplicationRequest,
): Promise<GetApplicationResponse> {
  const name = decodeApplication(request);
  const application = encode(await tenants.find(name));
  if (!request.countPending) return { application };
  const pendingCount = BigInt(await tenants.countPending(name));
  return { application: { ...application, pendingCount } };
}

function encode({ application, policy }: Application): WireApplication {
  return {
    application,
    policy: encodePolicy(policy),
    pausedMs: encodeOptional(policy.paused?.sinceMs),
    pauseNote: policy.paused?.note ?? '',
  };
}
