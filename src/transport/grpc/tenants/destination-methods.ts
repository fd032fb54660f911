import { untilEnd } from '../../../core/index.js';
import {
  CredentialsKind as WireKind,
  type Destination as WireDestination,
  type ListDestinationsRequest,
  type ListDestinationsResponse,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { Credentials, Destination, Tenants } from '../../../scheduler/index.js';
import { withFieldsAt } from '../field-names.js';
import { encodeOptional } from '../number-fields.js';
import { decodePageSize } from '../page-size.js';
import { nextToken, placeOfToken } from '../page-token.js';
import { unaryMethod, type UnaryMethod } from '../unary-method.js';
import { decodeApplication } from './application-methods.js';
import { decodeLimits, encodeLimits, LIMIT_PLACES } from './policy-fields.js';
import { DESTINATION_CODECS } from './tenant-codecs.js';

const KINDS: Readonly<Record<Credentials['kind'], WireKind>> = {
  basic: WireKind.CREDENTIALS_KIND_BASIC,
  bearer: WireKind.CREDENTIALS_KIND_BEARER,
  mtls: WireKind.CREDENTIALS_KIND_MTLS,
};

/** The methods for destinations of an application. */
export function destinationMethods(tenants: Tenants): Readonly<Record<string, UnaryMethod>> {
  const { list, setLimits, enable } = DESTINATION_CODECS;
  return {
    ListDestinations: unaryMethod(list, (request, { signal }) =>
      listDestinations(tenants, request, signal),
    ),
    SetDestinationLimits: unaryMethod(setLimits, (request, { signal }) =>
      withFieldsAt(LIMIT_PLACES, async () => {
        const application = decodeApplication(request);
        const limits = decodeLimits(request.limits);
        const limited = tenants.limitDestination(application, request.url, limits, signal);
        return { destination: encode(await limited) };
      }),
    ),
    EnableDestination: unaryMethod(enable, async (request, { signal }) => {
      const application = decodeApplication(request);
      const enabled = tenants.enableDestination(application, request.url, signal);
      return { destination: encode(await enabled) };
    }),
  };
}

async function listDestinations(
  tenants: Tenants,
  request: ListDestinationsRequest,
  signal: AbortSignal,
): Promise<ListDestinationsResponse> {
  const application = decodeApplication(request);
  const identity = ['destinations', application];
  const { pageSize, pageToken } = request;
  const page = { after: placeOfToken(identity, pageToken), limit: decodePageSize(pageSize) };
  const found = await untilEnd(tenants.listDestinations(application, page), signal);
  return {
    destinations: found.destinations.map(encode),
    nextPageToken: nextToken(identity, found.next),
  };
}

function encode({ destination, policy, credentials }: Destination): WireDestination {
  const kind = credentials && KINDS[credentials.kind];
  return {
    destination,
    limits: encodeLimits(policy),
    disabledMs: encodeOptional(policy.disabled?.sinceMs),
    disabledByEventId: policy.disabled?.eventId ?? '',
    credentials: kind ?? WireKind.CREDENTIALS_KIND_UNSPECIFIED,
    credentialsSetMs: encodeOptional(credentials?.setMs),
  };
}
