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

export type End = (typeof ENDS)[keyof typeof ENDS] | 'other';

/** Ends after which the link leads back in by itself. */
const LEADS_BACK: ReadonlySet<End> = new Set(['left', 'busy', 'view-only', 'other']);
/** Ends after which the link leads nowhere any more. */
const IS_OVER: ReadonlySet<End> = new Set(['ended', 'expired', 'terminal']);

type OverText = Readonly<{
  end: End;
  what: string;
  next: string;
  /** Importance of the button that opens the link again; undefined if that can't help. */
  again: 'primary' | 'secondary' | undefined;
}>;

/** Says why a visit is over, and what the guest can do. */
export function overText(code: string): OverText {
  const end: End = Object.hasOwn(ENDS, code) ? ENDS[code as keyof typeof ENDS] : 'other';
  return {
    end,
    what: text(`guest.over.${end}`),
    next: text(`guest.over.${end}.next`),
    again: LEADS_BACK.has(end) ? 'primary' : IS_OVER.has(end) ? undefined : 'secondary',
  };
}
