export type { GrpcService } from './grpc-service.js';
export { GrpcServer, type GrpcServerParts, type GrpcSettings } from './grpc-server.js';
export type { LocalInvoke } from './local-invoker.js';
export { schedulerService } from './scheduler-service.js';
export { sinkService } from './sink-service.js';
export { storegrpcService } from './storegrpc-service.js';
