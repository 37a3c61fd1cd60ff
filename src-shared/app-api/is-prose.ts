import type { Requested } from './schemas/approval-schema.ts';

/** Reports whether requests for a subject contain a text of the peer for an AI agent, which is laid out in the direction of its language. Pure. */
export function isProse(subject: Requested): boolean {
  return subject === 'prompt' || subject === 'message';
}
