export {
  AccessFileError,
  accessFileText,
  parseAccessFile,
  writtenEntries,
  type WrittenEntry,
} from './access-file.js';
export * from './access-rule.js';
export * from './audit.js';
export * from './authenticator.js';
export { newToken, tokenHash } from './bearer-token.js';
export * from './caller.js';
export {
  openAuthenticator,
  type AccessComponents,
  type AccessSettings,
} from './open-authenticator.js';
export * from './rules-alike.js';
export type { JwtSettings } from './tokens-of-issuer.js';
