export { cqlDocumentTables } from './cql-document-tables.js';
export { Documents } from './documents.js';
export type * from './document-tables.js';
