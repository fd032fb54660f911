/** One thing that was looked at in a storage, and how it is. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly check: string;
  /** `warn`: it works, and may lose or hurt one day. `fail`: it does not work. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly text: string;
  /** What to do, unless all is well. */
  readonly remedy?: string;
}
