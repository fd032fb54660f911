import { runProgram } from '../../src/runtime/index.js';
import { serve } from './serve.js';

await runProgram(() => serve(process.env));
