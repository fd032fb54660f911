export { cassandraAccess, type CassandraAccess } from './cassandra-access.js';
export { readClientTls, type ClientTls } from './client-tls.js';
export { readSecretFile } from './secret-files.js';
export { openTls, TlsFiles, type TlsSettings } from './tls-files.js';
export * from './tls-source.js';
