import { cleanLine, cutText } from '#shared/visible-text/index.ts';
import type { RequestText } from '../../core/approvals/index.ts';

/** Characters of a message that a person sees who decides if it may come in. */
const SHOWN = 200;

/**
 * Returns the text that asks a person whether a peer may write to an agent here. The peer's words come last. A "Decline" counts for the agent, whatever
 * the words; the audit log has none of them. Pure.
 */
export function describeMessage(agent: string, body: string): RequestText {
  const words = cutText(cleanLine(body, 2 * SHOWN), SHOWN);
  return { detail: `write to ${agent}: ${words}`, topic: `message ${agent}`, audited: `write to ${agent}` };
}
