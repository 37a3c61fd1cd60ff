import { ByteWriter, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { CPace, lengthValues } from './cpace.ts';
import { PAIRING_VERSION, SID_BYTES } from './messages.ts';

const LABEL = 'clawreach pairing 1';
/** Label of a pairing over a direct connection, so that nothing of it counts at a relay, and the other way around. */
const DIRECT_LABEL = 'clawreach direct pairing 1';
/** Label of a guest's pairing, whose secret is that of a share and serves many guests. */
const GUEST_LABEL = 'clawreach guest pairing 1';
const NONE = new Uint8Array(0);
const PSK_LABEL = toUtf8('clawreach pairing psk 1');

/** Facts about a pairing on which both sides must agree before its secrets have any value. */
export type PairingFacts = Readonly<{
  /** Key of the relay that carries the pairing; undefined for a direct connection. */
  relayKey: Uint8Array | undefined;
  form: 'code' | 'link' | 'id' | 'guest';
  /** Nameplate of a code. Empty for a link, a share or a peer ID, from which mailbox and PSK are derived. */
  nameplate: string;
  /** The inviter's and the joiner's half of the session ID, 16 bytes each. */
  inviterSid: Uint8Array;
  joinerSid: Uint8Array;
}>;

/**
 * Starts this side's CPace run for a pairing by code, or of a guest. The channel identifier contains relay, nameplate and roles, so that a run in one mailbox is
 * worthless in another; the session ID contains both halves, the inviter's first (PROTOCOL section 2).
 */
export function startCPace(crypto: CryptoBackend, secret: Uint8Array, facts: PairingFacts): CPace {
  return new CPace(crypto, {
    password: secret,
    channel: lengthValues(
      toUtf8(labelOf(facts)),
      facts.relayKey ?? NONE,
      toUtf8(facts.nameplate),
      // In the order of CPace: initiator, responder.
      toUtf8('joiner'),
      toUtf8('inviter'),
    ),
    sessionId: new ByteWriter(2 * SID_BYTES).bytes(facts.inviterSid).bytes(facts.joinerSid).finish(),
  });
}

/**
 * Derives the PSK of the Noise handshake, 32 bytes, from this side's run and the other side's point.
 * @throws {AuthenticationError} `pairing.point`
 */
export function finishCPace(
  crypto: CryptoBackend,
  cpace: CPace,
  side: 'initiator' | 'responder',
  otherPoint: Uint8Array,
): Uint8Array {
  const associatedData = new Uint8Array(0);
  const key = cpace.finish(side, { point: cpace.point, associatedData }, { point: otherPoint, associatedData });
  return crypto.hkdfSha256(key, new Uint8Array(0), PSK_LABEL, 32);
}

/** Builds the prologue of the Noise handshake. Two sides with different facts can't finish the handshake. */
export function prologueOf(facts: PairingFacts): Uint8Array {
  return new ByteWriter(128)
    .text(labelOf(facts))
    .u8(PAIRING_VERSION)
    .prefixed(facts.relayKey ?? NONE)
    .text(facts.form)
    .text(facts.nameplate)
    .prefixed(facts.inviterSid)
    .prefixed(facts.joinerSid)
    .finish();
}

function labelOf({ relayKey, form }: PairingFacts): string {
  if (form === 'guest') return GUEST_LABEL;
  return relayKey === undefined ? DIRECT_LABEL : LABEL;
}
