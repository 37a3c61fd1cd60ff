import * as z from 'zod';
import { none } from '../fields.ts';

export const DIAGNOSTICS_CALLS = {
  /**
   * What somebody who helps needs to know, as text for a person to read before it goes anywhere: states, causes and the newest lines of the
   * log. Names, addresses and ids are replaced by `peer-1` and the like; there are no secrets and nothing of what went through.
   */
  'diagnostics.get': { input: none, output: z.strictObject({ text: z.string().max(400_000) }) },
} as const;
