import * as z from 'zod';
import { none } from '../fields.ts';

export const DIAGNOSTICS_CALLS = {
  /**
   * Returns a report for support, which a person reads before sending it: states, causes and the newest log lines. Names, addresses and IDs are
   * replaced by `peer-1` and so on; secrets and transferred data are never part of it.
   */
  'diagnostics.get': { input: none, output: z.strictObject({ text: z.string().max(400_000) }) },
} as const;
