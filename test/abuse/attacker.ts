import { constants, setPriority } from 'node:os';
import { ATTACKS } from './attacks.js';

// A process of its own, which gets what the others leave: what an attack costs its attacker must
// not be measured.
setPriority(constants.priority.PRIORITY_LOW);
const [name = '', grpcPort, httpPort, address = '127.0.0.1', ms] = process.argv.slice(2);
const attack = ATTACKS[name];
if (attack === undefined) throw new TypeError(`there is no attack ${name}`);
const over = new AbortController();
setTimeout(() => over.abort(), Number(ms));
const target = { grpcPort: Number(grpcPort), httpPort: Number(httpPort), address };
process.stdout.write(`begun\n`);
const report = await attack({ ...target, over: over.signal });
process.stdout.write(`${report}\n`);
process.exit(0);
