export { eventStoreService } from './event-store-service.js';
export type { GrpcService } from './grpc-service.js';
export { GrpcServer, type GrpcServerParts, type GrpcSettings } from './grpc-server.js';
export {
  localInvoker,
  localStreamInvoker,
  type LocalCall,
  type LocalInvoke,
  type LocalInvokeStream,
} from './local-invoker.js';
export { OpenCalls } from './open-calls.js';
export { recurringScheduleService } from './schedules/recurring-schedule-service.js';
export { schedulerService } from './scheduler-service.js';
export { sinkService } from './sink-service.js';
export { storegrpcService } from './storegrpc-service.js';
export type { StreamingMethod } from './streaming-method.js';
export { tenantService, type TenantParts } from './tenants/tenant-service.js';
