/** Intakes of an agent: `hold`, messages wait in its inbox; `deliver`, they also go to its deliverer by themselves. */
export const INTAKES = ['hold', 'deliver'] as const;
export type Intake = (typeof INTAKES)[number];

/** ID of an agent at a gateway of OpenClaw. */
export const OPENCLAW_AGENT = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** Most characters of a webhook's address. */
export const MOST_WEBHOOK = 1024;

/**
 * Reports whether an address may be a webhook: `http:` at a literal loopback address (127.x.x.x or ::1), without a name and password. A host name such as
 * `localhost` is none, since what it means can be changed. Pure.
 */
export function isWebhook(text: string): boolean {
  if (text.length > MOST_WEBHOOK || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (protocol !== 'http:' || username !== '' || password !== '' || hash !== '') return false;
  return hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
