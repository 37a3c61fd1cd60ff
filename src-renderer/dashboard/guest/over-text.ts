import { text } from '../../locale/index.ts';

/** Ends of a visit that have a text of their own. */
const ENDS = {
  'guest.link': 'link',
  'guest.left': 'left',
  'keys.unsupported': 'browser',
  'pairing.refused': 'declined',
  'pairing.cancelled': 'ended',
  'pairing.expired': 'declined',
  'pairing.timeout': 'declined',
  'pairing.wrong-code': 'link',
  'relay.share': 'unknown',
  'relay.refused.refused': 'refused',
  'relay.refused.unknown': 'unknown',
  'relay.refused.offline': 'unknown',
  'relay.refused.busy': 'busy',
  'relay.refused.rate': 'busy',
  'relay.busy': 'busy',
  'relay.rate': 'busy',
  'share.ended': 'ended',
  'share.expired': 'expired',
  'share.relay-changed': 'ended',
  'share.removed': 'removed',
  'terminal.ended': 'terminal',
  'terminal.unshared': 'ended',
  'terminal.revoked': 'ended',
  'terminal.view-only': 'view-only',
  'terminal.too-many-viewers': 'busy',
} as const satisfies Readonly<Record<string, string>>;

/** Says why a visit is over, and what the guest can do. */
export function overText(code: string): Readonly<{ what: string; next: string }> {
  const end = Object.hasOwn(ENDS, code) ? ENDS[code as keyof typeof ENDS] : 'other';
  return { what: text(`guest.over.${end}`), next: text(`guest.over.${end}.next`) };
}
