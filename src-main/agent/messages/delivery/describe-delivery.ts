import type { RequestText } from '../../core/approvals/index.ts';

/**
 * Returns the text that asks a person whether a peer's message may go to an agent that acts. The peer's words are whole, since what isn't seen isn't
 * approved, and come last. A "Decline" counts for the agent, whatever the words; the audit log has none of them. Pure.
 * @param subject ID of the message: an approval counts for it alone
 */
export function describeDelivery(agent: string, body: string, subject: string): RequestText {
  return {
    detail: `give your agent ${agent} a message on which it acts: ${oneLine(body)}`,
    subject,
    topic: `deliver ${agent}`,
    audited: `give the agent ${agent} a message of ${body.length} characters`,
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, ' ⏎ ').replaceAll('\t', ' ');
}
