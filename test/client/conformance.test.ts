import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import { exerciseBackend } from '../conformance/event-log/index.js';
import { memoryUnderTest } from '../conformance/memory-under-test.js';
import { overTheWire } from './wire-backend/over-the-wire.js';
import { WIRE_LIVE_EVENTS } from './wire-backend/wire-runs.js';

const options = { liveEvents: WIRE_LIVE_EVENTS };

exerciseBackend('memory, through the client', overTheWire(memoryUnderTest), options);
exerciseBackend('embedded, through the client', overTheWire(embeddedUnderTest), options);
