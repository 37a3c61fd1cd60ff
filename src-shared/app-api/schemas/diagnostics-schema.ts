import * as z from 'zod';

/** Call for the diagnostics report, part of `AGENT_CALLS`. */
export const DIAGNOSTICS_CALLS = {
  /**
   * Returns a report that a person can read and then send to support: states, causes and the newest log lines. Names, addresses and IDs are replaced
   * by `peer-1` and so on. The report contains no secrets and no transferred data. The form `json` is a JSON object for programs.
   */
  'diagnostics.get': {
    input: z.strictObject({ form: z.enum(['text', 'json']).optional() }),
    output: z.strictObject({ text: z.string().max(400_000) }),
  },
} as const;
