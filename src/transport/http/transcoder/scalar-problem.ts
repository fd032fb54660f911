import { ScalarType } from '@bufbuild/protobuf';

/** Also longer ones would be read, digit by digit. */
const WHOLE = /^-?\d{1,20}$/;
const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BASE64 = /^[\w+/-]*={0,2}$/;
const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);
const FLOAT_MAX = 3.402_823_466_385_288_6e38;

const INT32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const UINT32 = { min: 0n, max: 2n ** 32n - 1n };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT64 = { min: 0n, max: 2n ** 64n - 1n };

type Check = (value: unknown) => string | undefined;

const CHECKS: Readonly<Record<ScalarType, Check>> = {
  [ScalarType.DOUBLE]: (value) => numberProblem(value, Number.MAX_VALUE),
  [ScalarType.FLOAT]: (value) => numberProblem(value, FLOAT_MAX),
  [ScalarType.INT32]: (value) => wholeProblem(value, INT32),
  [ScalarType.SINT32]: (value) => wholeProblem(value, INT32),
  [ScalarType.SFIXED32]: (value) => wholeProblem(value, INT32),
  [ScalarType.UINT32]: (value) => wholeProblem(value, UINT32),
  [ScalarType.FIXED32]: (value) => wholeProblem(value, UINT32),
  [ScalarType.INT64]: (value) => wholeProblem(value, INT64),
  [ScalarType.SINT64]: (value) => wholeProblem(value, INT64),
  [ScalarType.SFIXED64]: (value) => wholeProblem(value, INT64),
  [ScalarType.UINT64]: (value) => wholeProblem(value, UINT64),
  [ScalarType.FIXED64]: (value) => wholeProblem(value, UINT64),
  [ScalarType.BOOL]: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  [ScalarType.STRING]: (value) => (typeof value === 'string' ? undefined : 'must be a string'),
  [ScalarType.BYTES]: bytesProblem,
};

/** What is wrong with a value as the JSON of a scalar; undefined when nothing is. */
export function scalarProblem(type: ScalarType, value: unknown): string | undefined {
  return CHECKS[type](value);
}

/** A JSON number, or the same as a text of decimal digits. */
function wholeProblem(
  value: unknown,
  { min, max }: { readonly min: bigint; readonly max: bigint },
): string | undefined {
  const isWhole = typeof value === 'string' ? WHOLE.test(value) : Number.isInteger(value);
  // JSON.parse has rounded it to another number
  if (isWhole && !Number.isSafeInteger(value) && typeof value === 'number') {
    return 'must be a text beyond ±9007199254740991: as a number it loses digits';
  }
  if (isWhole && (typeof value === 'string' || typeof value === 'number')) {
    const whole = BigInt(value);
    if (whole >= min && whole <= max) return undefined;
  }
  return `must be a whole number from ${min} to ${max}`;
}

function numberProblem(value: unknown, max: number): string | undefined {
  if (NOT_FINITE.has(value)) return undefined;
  const isNumber = typeof value === 'string' ? DECIMAL.test(value) : typeof value === 'number';
  return isNumber && Math.abs(Number(value)) <= max ? undefined : 'must be a number';
}

function bytesProblem(value: unknown): string | undefined {
  const isBase64 = typeof value === 'string' && BASE64.test(value);
  // four characters are three bytes: a single one at the end is none
  const whole = isBase64 && value.replace(/=+$/, '').length % 4 !== 1;
  return whole ? undefined : 'must be base64';
}
