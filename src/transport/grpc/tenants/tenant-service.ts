import type { Secrets, Tenants } from '../../../scheduler/index.js';
import type { GrpcService } from '../grpc-service.js';
import { applicationMethods } from './application-methods.js';
import { destinationMethods } from './destination-methods.js';
import { secretMethods } from './secret-methods.js';
import { TENANT_NAME } from './tenant-codecs.js';

export interface TenantParts {
  readonly tenants: Tenants;
  readonly secrets: Secrets;
}

/** `cassadra.v1.TenantService`: what holds for applications, and their secrets. */
export function tenantService({ tenants, secrets }: TenantParts): GrpcService {
  return {
    name: TENANT_NAME,
    methods: () => ({
      ...applicationMethods(tenants),
      ...destinationMethods(tenants),
      ...secretMethods(secrets),
    }),
  };
}
