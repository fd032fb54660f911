import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import { exerciseDifferential } from '../model/differential.js';
import { overTheWire } from './wire-backend/over-the-wire.js';
import { WIRE_RUNS } from './wire-backend/wire-runs.js';

exerciseDifferential('embedded, through the client', overTheWire(embeddedUnderTest), WIRE_RUNS);
