import type { FastifyServerOptions } from 'fastify';

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>;

/** Handlers check what they read, so the compilers of Fastify are not even loaded (100 files). */
export const NO_SCHEMAS: NonNullable<SchemaController['compilersFactory']> = {
  buildValidator: () => refuse,
  buildSerializer: () => refuse,
};

function refuse(): never {
  throw new TypeError('routes have no schemas here: read the request in the handler');
}
