/** Names, or last words of names, of what must not stand in a log. */
const SECRET = /(?:^|[_-])(?:authorization|token|password|secret|payload|key)s?$/i;
const SECRET_IN_CAMELS = /[a-z\d](?:Authorization|Token|Password|Secret|Payload|Key)s?$/;
const HIDDEN = '[hidden]';

const DEPTH_MAX = 5;
/** Of a message or a stack: they may quote what was sent. */
const TEXT_MAX = 4_000;

/** The fields without the values of those whose names say that they are secrets or payloads. */
export function withoutSecrets(
  fields: Readonly<Record<string, unknown>>,
  depth = 0,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    shown[name] = isSecret(name) && tells(value) ? HIDDEN : shownValue(value, depth);
  }
  return shown;
}

function isSecret(name: string): boolean {
  return SECRET.test(name) || SECRET_IN_CAMELS.test(name);
}

/** A number, as of tokens that are left, gives nothing away. */
function tells(value: unknown): boolean {
  return (
    (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null)
  );
}

function shownValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= DEPTH_MAX) return HIDDEN;
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return value.map((one: unknown) => shownValue(one, depth + 1));
  return withoutSecrets({ ...value }, depth + 1);
}

/** What the log says of an error: not what else hangs on it, which may be a request or a row. */
export function errorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error).slice(0, TEXT_MAX);
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    message: message.slice(0, TEXT_MAX),
    stack: stack?.slice(0, TEXT_MAX),
    ...(cause !== undefined && depth < DEPTH_MAX && { cause: errorFields(cause, depth + 1) }),
  };
}
