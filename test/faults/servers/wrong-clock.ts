/*
 * Given to node by --import before a program: the parent sets the program's wall clock wrong. The
 * monotonic clock stays right, as it does when somebody sets the time of a machine.
 */
import { AHEAD_VARIABLE, isClockMessage } from './wrong-clock-message.js';

const RightDate = Date;
const rightNow = Date.now.bind(Date);
let aheadMs = Number(process.env[AHEAD_VARIABLE] ?? '0');

const nowMs = (): number => rightNow() + aheadMs;

Date.now = nowMs;
globalThis.Date = new Proxy(RightDate, {
  construct: (target, values: unknown[], newTarget) => {
    const given = values.length === 0 ? [nowMs()] : values;
    const made: unknown = Reflect.construct(target, given, newTarget);
    if (made instanceof RightDate) return made;
    throw new TypeError('no date');
  },
  apply: () => new RightDate(nowMs()).toString(),
});

process.on('message', (message) => {
  if (!isClockMessage(message)) return;
  aheadMs = message.aheadMs;
  process.send?.(message);
});
// the program ends when it has nothing more to do, whatever the parent may still say
process.channel?.unref();
