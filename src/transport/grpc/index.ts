export type { GrpcService } from './grpc-service.js';
export { GrpcServer, type GrpcServerParts, type GrpcSettings } from './grpc-server.js';
export { sinkService } from './sink-service.js';
export { storegrpcService } from './storegrpc-service.js';
