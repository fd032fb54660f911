import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import { memoryUnderTest } from '../conformance/memory-under-test.js';
import { exerciseDifferential } from '../model/differential.js';
import { overTheWire } from './wire-backend/over-the-wire.js';

const long = process.env['CASSADRA_TEST_LONG'] === '1';
const options = { runs: long ? 500 : 15, length: 100, timeoutMs: long ? 1_800_000 : 120_000 };

exerciseDifferential('memory, through the client', overTheWire(memoryUnderTest), options);
exerciseDifferential('embedded, through the client', overTheWire(embeddedUnderTest), options);
