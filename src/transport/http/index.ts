export { callSignal } from './call-signal.js';
export { cassataRoutes } from './cassata-routes.js';
export type { HttpRoutes } from './http-routes.js';
export { HttpServer, type HttpServerParts, type HttpSettings } from './http-server.js';
export { openapiRoutes } from './openapi/openapi-routes.js';
export type { Route } from './route-table.js';
export { storeRoutes } from './store-routes.js';
export { openDescriptors } from './transcoder/descriptors.js';
export { transcoderRoutes, type Invoke } from './transcoder/transcoder-routes.js';
