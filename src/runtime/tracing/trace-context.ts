/** A place in a trace, as the W3C headers carry it. */
export interface TraceContext {
  readonly traceparent: string;
  /** '' when there is none. */
  readonly tracestate: string;
}

/** Version, trace, parent, flags; later versions may have more after them. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const NOTHING = /^0+$/;
const SAMPLED = 1;

const MEMBER =
  /^[a-z0-9][a-z0-9_*/@-]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MEMBERS_MAX = 32;
const TRACESTATE_BYTES_MAX = 512;

/**
 * What a caller's headers say. Undefined when there is no sound `traceparent`: a bad one is nobody's
 * error. A bad `tracestate` is left out.
 */
export function parseTraceContext(
  traceparent: string | undefined,
  tracestate?: string,
): TraceContext | undefined {
  const sound = traceparent === undefined ? undefined : soundParent(traceparent.trim());
  return sound === undefined
    ? undefined
    : { traceparent: sound, tracestate: soundState(tracestate ?? '') };
}

/** Of the version that we write. */
function soundParent(text: string): string | undefined {
  const [, version = 'ff', trace = '', parent = '', flags = '', more] =
    TRACEPARENT.exec(text) ?? [];
  if (version === 'ff' || NOTHING.test(trace) || NOTHING.test(parent)) return undefined;
  if (version === '00') return more === undefined ? text : undefined;
  const sampled = Number.parseInt(flags, 16) & SAMPLED;
  return `00-${trace}-${parent}-0${sampled}`;
}

function soundState(text: string): string {
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = new Set(members.map((member) => member.split('=', 1)[0]));
  const state = members.join(',');
  const isSound =
    members.length <= MEMBERS_MAX &&
    state.length <= TRACESTATE_BYTES_MAX &&
    keys.size === members.length &&
    members.every((member) => MEMBER.test(member));
  return isSound ? state : '';
}
