import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import { exerciseDifferential } from './differential.js';

const long = process.env['CASSADRA_TEST_LONG'] === '1';

exerciseDifferential('embedded', embeddedUnderTest, {
  runs: long ? 3_000 : 200,
  length: long ? 200 : 100,
  timeoutMs: long ? 1_800_000 : 300_000,
});
