type Method = (...parameters: readonly unknown[]) => unknown;

const isMethod = (value: unknown): value is Method => typeof value === 'function';

/** `original` with some members replaced; it may keep its state in private fields. */
export function overriding<Original extends object>(
  original: Original,
  members: Partial<Original>,
): Original {
  return new Proxy(original, {
    get: (target, name): unknown => {
      if (name in members) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name);
      return isMethod(value) ? value.bind(target) : value;
    },
  });
}
