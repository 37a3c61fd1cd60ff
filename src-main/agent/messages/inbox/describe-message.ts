import { cleanLine } from '#shared/visible-text/index.ts';
import type { RequestText } from '../../core/approvals/index.ts';

/** Characters of a message that a person sees who decides if it may come in. */
const SHOWN = 200;

/**
 * Returns the text that asks a person whether a peer may write to an agent here. The peer's words come last. A "Decline" counts for the agent, whatever
 * the words; the audit log has none of them. The mark of what was cut off is ASCII: a request is shown with other characters as codes. Pure.
 */
export function describeMessage(agent: string, body: string): RequestText {
  const shown = cleanLine(body, SHOWN);
  const isCut = body.length > SHOWN && cleanLine(body, 2 * SHOWN) !== shown;
  const words = isCut ? `${shown}... (the message has ${body.length} characters)` : shown;
  return { detail: `write to ${agent}: ${words}`, topic: `message ${agent}`, audited: `write to ${agent}` };
}
