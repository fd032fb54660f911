import { connect } from 'cassadra';
import { loadInput } from '../../load/load-input.js';
import { fill } from './fill.js';
import type { GrowthInput } from './growth-input.js';
import { measureGrown } from './measure-grown.js';

const { address, task, workload, seconds } = loadInput<GrowthInput>();
const store = connect({ address, timeoutMs: 30_000, eagerConnect: true });
const result =
  task === 'fill' ? await fill(store, workload) : await measureGrown(store, workload, seconds);
console.log(JSON.stringify(result));
await store.close();
process.exit();
