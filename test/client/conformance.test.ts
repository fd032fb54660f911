import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import { exerciseBackend } from '../conformance/event-log/index.js';
import { memoryUnderTest } from '../conformance/memory-under-test.js';
import { overTheWire } from './wire-backend/over-the-wire.js';

const options = { liveEvents: process.env['CASSADRA_TEST_LONG'] === '1' ? 5_000 : 300 };

exerciseBackend('memory, through the client', overTheWire(memoryUnderTest), options);
exerciseBackend('embedded, through the client', overTheWire(embeddedUnderTest), options);
