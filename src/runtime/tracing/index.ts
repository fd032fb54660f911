export { openTracer, type OpenTracer } from './open-tracer.js';
export * from './trace-context.js';
export * from './tracer.js';
