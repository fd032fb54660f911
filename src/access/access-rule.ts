import { AppError, parseUuid, type ErrorCode } from '../core/index.js';
import type { CallAudit } from './audit.js';
import type { Caller, Role } from './caller.js';

/** What of a kind a request touches: what it names, all below a prefix, or all there is. */
export type Reach =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'all' };

/** Who may call a method. Each method has one: what is left out is open to every role it names. */
export interface AccessRule<Request> {
  /** Any one of these is enough. */
  readonly roles: readonly [Role, ...Role[]];
  /** Roles that a request needs besides; none when undefined. */
  readonly also?: (request: Request) => readonly Role[];
  /** The streams that a request touches; none when undefined. */
  readonly streams?: (request: Request) => Reach;
  /** The applications that a request touches; none when undefined. */
  readonly applications?: (request: Request) => Reach;
  /** Names of what it is about, for the log of admin calls; never secrets. */
  readonly touched?: (request: Request) => Readonly<Record<string, string>>;
}

/** Who makes a call, and where its refusals are told. */
export interface CallAccess {
  readonly caller: Caller;
  readonly audit: CallAudit;
}

/** Throws PERMISSION_DENIED unless the caller may call the method at all. */
export function requireRole(access: CallAccess, { roles }: Pick<AccessRule<never>, 'roles'>): void {
  if (roles.some((role) => access.caller.roles.has(role))) return;
  throw denied(access, 'role', `the caller lacks the role ${roles.join(' or ')}`);
}

/** Throws PERMISSION_DENIED naming what is missing. */
export function authorize<Request>(
  access: CallAccess,
  rule: AccessRule<Request>,
  request: Request,
): void {
  requireRole(access, rule);
  for (const role of rule.also?.(request) ?? []) requireRole(access, { roles: [role] });
  const { streamPrefixes, applications } = access.caller;
  const streams = streamPrefixes && rule.streams?.(request);
  if (streams && !ownsStreams(streamPrefixes, streams)) {
    throw denied(access, 'stream', 'the request reaches beyond the stream prefixes of the caller');
  }
  const touched = applications && rule.applications?.(request);
  if (touched && !ownsApplications(applications, touched)) {
    throw denied(
      access,
      'application',
      'the request reaches beyond the applications of the caller',
    );
  }
}

/** Runs what was authorized. Calls for admins only are told at their end, whatever that is. */
export function audited<Request, Response>(
  access: CallAccess,
  rule: AccessRule<Request>,
  request: Request,
  run: () => Promise<Response>,
): Promise<Response> {
  const isForOthers = rule.roles.some((role) => role !== 'admin');
  return isForOthers ? run() : told(access, rule, request, run);
}

async function told<Request, Response>(
  { audit }: CallAccess,
  { touched }: AccessRule<Request>,
  request: Request,
  run: () => Promise<Response>,
): Promise<Response> {
  const tell = (code: 'OK' | ErrorCode): void => audit.admin(code, touched?.(request) ?? {});
  try {
    const response = await run();
    tell('OK');
    return response;
  } catch (error) {
    tell(error instanceof AppError ? error.code : 'INTERNAL');
    throw error;
  }
}

function ownsStreams(prefixes: readonly string[], reach: Reach): boolean {
  switch (reach.kind) {
    case 'names':
      return reach.names.every((name) => ownsStream(prefixes, name));
    case 'prefix':
      return prefixes.some((own) => reach.prefix.startsWith(own));
    case 'all':
      return false;
  }
}

/**
 * An id may be that of any named stream, whose name nobody can tell from it: it is the caller's
 * only where a prefix is that id.
 */
function ownsStream(prefixes: readonly string[], name: string): boolean {
  const id = parseUuid(name);
  if (id === undefined) return prefixes.some((own) => name.startsWith(own));
  return prefixes.some((own) => parseUuid(own) === id);
}

function ownsApplications(own: readonly string[], reach: Reach): boolean {
  switch (reach.kind) {
    case 'names':
      return reach.names.every((name) => own.includes(name));
    case 'prefix':
    case 'all':
      return false;
  }
}

function denied({ audit }: CallAccess, missing: string, message: string): AppError {
  audit.refused({ reason: message });
  return new AppError('PERMISSION_DENIED', message, { missing });
}
