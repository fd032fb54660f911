import { EVERY_STREAM, onStream } from '../../access/index.js';

/** Who may call the routes of the seed's store; the same as for their like on gRPC. */
export const READ_STREAM = { roles: ['read'], ...onStream } as const;
export const APPEND_TO_STREAM = { roles: ['append'], ...onStream } as const;
export const READ_TYPE = { roles: ['read'], ...EVERY_STREAM } as const;
