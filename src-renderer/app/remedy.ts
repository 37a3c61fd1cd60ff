/** Place in the window where a person can solve an error: a page, or a section of the settings. */
export type Remedy =
  | Readonly<{ to: 'peers' }>
  | Readonly<{ to: 'openclaw' }>
  | Readonly<{ to: 'settings'; section: 'relay' | 'network' | 'security' }>;

const RELAY: Remedy = { to: 'settings', section: 'relay' };
const NETWORK: Remedy = { to: 'settings', section: 'network' };
const SECURITY: Remedy = { to: 'settings', section: 'security' };
const PEERS: Remedy = { to: 'peers' };
const GATEWAYS: Remedy = { to: 'openclaw' };

/** Codes of relay errors that another address, token or pin solves. Temporary errors and answers of the other device are not among them. */
const RELAY_SETTING =
  /^relay\.(?:unset|url|insecure-url|not-configured|no-project|dns|connection-refused|hosted-off|hosted-off-before|no-before|unreachable|timeout|tls|untrusted|tls-certificate|pin|pin-mismatch|other-pin|key-mismatch|relay-mismatch|not-a-relay|admission-needed|admission|enrolment|enrolment-needed|removed|stopped|not-connected)$/;
/** Codes of gateway errors that are solved where gateways are added and trusted. */
const GATEWAY =
  /^(?:gateway\.(?!text-invalid$|text-local$|draft-|confirm$|endpoint-invalid$)|remote\.no-gateway$|usage\.no-gateway$|usage\.gateway-)/;

/**
 * Returns where the error with this code is solved, `resume` if ending the pause solves it, or `start-relay`; undefined if the window has no such place. Pure.
 * `errorRemedy` makes the button from it.
 */
export function remedyFor(code: string): Remedy | 'resume' | 'start-relay' | undefined {
  if (code === 'agent.paused') return 'resume';
  if (code === 'relay.hosted-stopped') return 'start-relay';
  if (RELAY_SETTING.test(code) || code === 'link.not-found' || code === 'link.not-here' || code === 'share.no-relay')
    return RELAY;
  if (/^relay\.proxy-|^direct\.listen$|^udp\.off$|^link\.no-address$/.test(code)) return NETWORK;
  if (/^store\.(?:key-store|secret)-|^shell\.secret-other-agent$/.test(code)) return SECURITY;
  if (/^peer\.(?:unknown|ambiguous|uncompared)$|^usage\.no-peer$|^link\.unknown-peer$|^forward\.no-peer$/.test(code))
    return PEERS;
  return GATEWAY.test(code) ? GATEWAYS : undefined;
}
