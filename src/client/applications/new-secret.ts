import { randomBytes } from 'node:crypto';

/** Makes secrets of signing keys, so that a test can know them. */
export type NewSecret = () => string;

const BYTES = 32;

/** As Standard Webhooks writes them. */
export const newSecret: NewSecret = () => `whsec_${randomBytes(BYTES).toString('base64')}`;
