import { nativeBackend } from '#node/crypto/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend, type CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { createIdentity, type DeviceIdentity } from '#shared/identity/index.ts';
import {
  invite,
  join,
  PairingSecret,
  type InviteMethod,
  type InviteOptions,
  type JoinMethod,
  type JoinOptions,
  type PairingOutcome,
} from '#shared/pairing/index.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { MemoryMailboxes } from './memory-mailbox.ts';

export const NOW = 1_800_000_000;
export const RELAY_KEY = new Uint8Array(32).fill(0x5a);
export const NAMEPLATE = 'ABCD';
export const SECRET = '1234';
export const INVITER_SID = new Uint8Array(16).fill(0x11);
const PSK = new Uint8Array(32).fill(0x33);

export function device(seed: number, crypto: CryptoBackend = nativeBackend): DeviceIdentity {
  return createIdentity(crypto, new Uint8Array(32).fill(seed), { generation: 1, now: NOW });
}

export const INVITER = device(1);
export const JOINER = device(2);
export const STRANGER = device(3);

/** How one side ended: its outcome, or the code of its error. */
export type Ending = { outcome?: PairingOutcome; code?: string; steps: string[] };

export type Pairing = Readonly<{
  clock: FakeClock;
  mailboxes: MemoryMailboxes;
  inviter: Ending;
  joiner: Ending;
  inviterAbort: AbortController;
  joinerAbort: AbortController;
}>;

export function codeMethods(inviterSecret = SECRET, joinerSecret = inviterSecret) {
  return {
    invite: {
      kind: 'code',
      nameplate: NAMEPLATE,
      secret: new PairingSecret(toUtf8(inviterSecret)),
      ownSid: INVITER_SID,
    } satisfies InviteMethod,
    join: {
      kind: 'code',
      nameplate: NAMEPLATE,
      secret: new PairingSecret(toUtf8(joinerSecret)),
      inviterSid: INVITER_SID,
    } satisfies JoinMethod,
  };
}

export function linkMethods(
  inviterPsk: Uint8Array = PSK,
  joinerPsk: Uint8Array = inviterPsk,
  inviter = INVITER.peerId,
) {
  return {
    invite: { kind: 'link', psk: inviterPsk, ownSid: INVITER_SID } satisfies InviteMethod,
    join: { kind: 'link', psk: joinerPsk, inviter, inviterSid: INVITER_SID } satisfies JoinMethod,
  };
}

export type Changes = Readonly<{
  inviter?: Partial<InviteOptions>;
  joiner?: Partial<JoinOptions>;
  /** Sides to start; both if left out. */
  only?: 'inviter' | 'joiner';
  /** Runs before anybody sends. */
  prepare?(pairing: Pairing): void;
}>;

/** Starts a pairing (native inviter, noble joiner) and lets it run as far as it goes without time passing. */
export async function startPairing(changes: Changes = {}): Promise<Pairing> {
  const clock = new FakeClock(NOW * 1000);
  const mailboxes = new MemoryMailboxes();
  const inviterAbort = new AbortController();
  const joinerAbort = new AbortController();
  const inviter: Ending = { steps: [] };
  const joiner: Ending = { steps: [] };
  const pairing = { clock, mailboxes, inviter, joiner, inviterAbort, joinerAbort };
  changes.prepare?.(pairing);
  const methods = codeMethods();
  const shared = { clock, relayKey: RELAY_KEY, grants: ['terminal'] } as const;
  if (changes.only !== 'joiner') {
    watch(
      inviter,
      invite({
        ...shared,
        crypto: nativeBackend,
        identity: INVITER,
        name: 'inviting desk',
        mailbox: mailboxes.inviter,
        signal: inviterAbort.signal,
        onProgress: (step) => inviter.steps.push(step),
        method: methods.invite,
        enrol: async () => undefined,
        store: () => () => undefined,
        stored: () => undefined,
        ...changes.inviter,
      }),
    );
  }
  if (changes.only !== 'inviter') {
    watch(
      joiner,
      join({
        ...shared,
        crypto: nobleBackend,
        identity: JOINER,
        name: 'joining laptop',
        mailbox: mailboxes.joiner,
        signal: joinerAbort.signal,
        onProgress: (step) => joiner.steps.push(step),
        method: methods.join,
        store: () => undefined,
        ...changes.joiner,
      }),
    );
  }
  await settle();
  return pairing;
}

function watch(ending: Ending, promise: Promise<PairingOutcome>): void {
  promise.then(
    (outcome) => {
      ending.outcome = outcome;
    },
    (error: unknown) => {
      ending.code = errorCode(error);
    },
  );
}
