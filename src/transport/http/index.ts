export { callSignal } from './call-signal.js';
export { consoleRoutes, type ConsoleParts } from './console/console-routes.js';
export { cassataRoutes } from './cassata-routes.js';
export { errorAnswer } from './errors.js';
export { openCallOf } from './gated-request.js';
export type { HttpHost, HttpRoutes } from './http-routes.js';
export { HttpServer, type HttpServerParts, type HttpSettings } from './http-server.js';
export { REQUIRED_FIELDS } from './openapi/required-fields.js';
export { openapiRoutes } from './openapi/openapi-routes.js';
export { metricsRoutes } from './metrics-routes.js';
export type { Route } from './route-table.js';
export { storeRoutes } from './store-routes.js';
export { openDescriptors } from './transcoder/descriptors.js';
export {
  lateTranscoderRoutes,
  transcoderRoutes,
  type Invoke,
} from './transcoder/transcoder-routes.js';
export type { InvokedCall, InvokeStream } from './transcoder/streaming-call.js';
