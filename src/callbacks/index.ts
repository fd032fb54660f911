export { parseAllowCidrs, type AddressRange } from './address-guard.js';
export { DEFAULT_CALLBACK_SETTINGS, type CallbackSettings } from './callback-settings.js';
export { createHttpDispatcher } from './create-http-dispatcher.js';
export { dnsResolve, type DnsSettings } from './dns-resolver.js';
export type { HttpDispatcherParts } from './http-dispatcher.js';
export { bodyOf, requestHeaders } from './request-headers.js';
export type { Resolve, ResolvedAddress } from './resolver.js';
