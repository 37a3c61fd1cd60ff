import { errorCode } from '#shared/errors.ts';

/**
 * Next step after an error of a pairing, offered as a button; the first one is the default.
 *
 * - `again`: try again; an inviter gets a new code or link
 * - `link`: invite with a link, which can't be guessed
 * - `other-code`: empty the field for another code
 * - `correct`: change the typed text
 * - `relay`: set up or correct the relay
 * - `invite-here`: invite from this machine instead
 * - `address`: enter the address of the machine that shows the code
 */
export type NextStep = 'again' | 'link' | 'other-code' | 'correct' | 'relay' | 'invite-here' | 'address';

/** Codes of errors that only other relay settings solve. */
const RELAY_TO_SET_UP: ReadonlySet<string> = new Set([
  'relay.unset',
  'relay.not-configured',
  'pairing.no-way',
  'relay.url',
  'relay.insecure-url',
  'relay.pin',
  'relay.untrusted',
  'relay.tls-certificate',
  'relay.pin-mismatch',
  'relay.other-pin',
  'relay.key-mismatch',
  'relay.relay-mismatch',
  'relay.admission-needed',
  'relay.admission',
  'relay.no-project',
  'relay.enrolment',
  'relay.enrolment-needed',
  'relay.removed',
]);

/** Codes of errors that come from a wrong address or a short network failure; both other settings and another attempt may help. */
const RELAY_OR_NETWORK: ReadonlySet<string> = new Set([
  'relay.dns',
  'relay.connection-refused',
  'relay.hosted-off',
  'relay.hosted-off-before',
  'relay.unreachable',
  'relay.timeout',
  'relay.tls',
  'relay.not-a-relay',
  'relay.not-connected',
  'relay.stopped',
  'relay.welcome-signature',
  'relay.version',
]);

/** Codes of errors after which someone may have guessed or overheard the code. */
const CODE_NOT_SAFE: ReadonlySet<string> = new Set(['pairing.use-link', 'pairing.commitment', 'pairing.wrong-device']);

/** Returns the steps to offer after an error, best first, for `PairingErrorNotice`. Pure. */
export function nextSteps(error: unknown, side: 'invite' | 'join'): readonly [NextStep, ...NextStep[]] {
  const code = errorCode(error);
  if (RELAY_TO_SET_UP.has(code)) return ['relay', 'again'];
  if (RELAY_OR_NETWORK.has(code)) return ['again', 'relay'];
  if (side === 'invite') {
    if (CODE_NOT_SAFE.has(code)) return ['link'];
    return code === 'pairing.wrong-code' ? ['again', 'link'] : ['again'];
  }
  switch (code) {
    case 'pairing.code-format':
    case 'pairing.link-format':
    case 'relay.nameplate':
    case 'pairing.not-there':
      return ['correct'];
    case 'pairing.not-found':
    case 'pairing.several':
    case 'pairing.unreachable':
      return ['again', 'address', 'relay'];
    case 'pairing.address':
    case 'pairing.name':
      return ['address'];
    case 'pairing.other-relay':
      return ['invite-here', 'other-code'];
    case 'pairing.self':
      return ['other-code', 'invite-here'];
    default:
      // Every attempt uses a code up; a relay that failed has not used it.
      return code.startsWith('pairing.') ? ['other-code'] : ['again'];
  }
}

/**
 * Reports whether `PairingFlow` keeps the typed code or link in the field after this error: it may still be valid, or was mistyped and waits, selected, to be
 * replaced. Pure.
 */
export function keepsInput(error: unknown): boolean {
  return errorCode(error) === 'pairing.wrong-code' || nextSteps(error, 'join')[0] !== 'other-code';
}
