import type { AccessRule, Reach } from '../../access/index.js';

/** Who may call the routes that are no methods of gRPC; the same as for their like there. */

function oneName(name: string): Reach {
  return { kind: 'names', names: [name] };
}

interface OfStream {
  readonly stream: string;
}

const onStream = { streams: ({ stream }: OfStream): Reach => oneName(stream) };

export const READ_STREAM: AccessRule<OfStream> = { roles: ['read'], ...onStream };
export const APPEND_TO_STREAM: AccessRule<OfStream> = { roles: ['append'], ...onStream };
export const READ_TYPE: AccessRule<object> = {
  roles: ['read'],
  streams: () => ({ kind: 'all' }),
};

interface OfApplication {
  readonly application: string;
}

const onApplication = {
  applications: ({ application }: OfApplication): Reach => oneName(application),
};

export const READ_TIMED_EVENT: AccessRule<OfApplication> = {
  roles: ['schedule', 'read', 'admin'],
  ...onApplication,
};
export const CHANGE_TIMED_EVENT: AccessRule<OfApplication> = {
  roles: ['schedule'],
  ...onApplication,
};
