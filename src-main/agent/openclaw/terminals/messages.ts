import * as z from 'zod';

const id = z.string().min(1).max(128);
/** Text in a gateway's message about terminals, cut to its longest length here and cleaned where it is shown. */
const text = z.string().transform((text) => text.slice(0, 1024));
const offset = z.number().int().min(0);

/** Schema of a gateway's answer to opening a terminal. The schemas of this file validate what gateways send about terminals. */
export const openedReply = z.object({ sessionId: id, shell: text.optional(), cwd: text.optional() });
/** Schema of the answer to attaching to a terminal. `buffer`: its recent output, which ends at offset `seq`. */
export const attachedReply = openedReply.extend({ buffer: z.string(), seq: offset.optional() });
/** Schema of the list of terminals. */
export const listReply = z.object({
  sessions: z.array(
    z.object({
      sessionId: id,
      shell: text.optional(),
      cwd: text.optional(),
      title: text.optional(),
      attached: z.boolean(),
    }),
  ),
});
/** Schema of the answer to sent input. */
export const inputReply = z.object({ ok: z.boolean() });

/** Schema of the event for output. `seq`: offset after `data`. */
export const dataEvent = z.object({ sessionId: id, seq: offset, data: z.string() });
/** Schema of the event for the end of a terminal. */
export const exitEvent = z.object({
  sessionId: id,
  exitCode: z.number().int().nullable().optional(),
  signal: z.number().int().nullable().optional(),
  reason: z.string().max(64).optional(),
});
export type ExitEvent = z.infer<typeof exitEvent>;
