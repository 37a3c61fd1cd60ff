import * as z from 'zod';
import { AGENT_NAME } from '../messages/index.ts';

/** Token of an agent: 32 random bytes, base64url. */
export const agentToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * Content of `agents/NAME.token` in the profile, from which a program learns where the local API is, and its token. Written for each agent but `me`,
 * and again whenever an address changes.
 */
export const tokenFile = z.object({
  version: z.literal(1),
  agent: z.string().regex(AGENT_NAME),
  /** Path of the socket file, or of the pipe on Windows. */
  socket: z.string(),
  /** Address at the loopback interface; null: none, or the agent of the machine doesn't run. */
  http: z
    .string()
    .regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/)
    .nullable(),
  token: agentToken,
});
export type TokenFile = z.infer<typeof tokenFile>;
