import type { Right, RightDecision } from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import type { Introduction, IntroductionEnd, PeerId } from '#shared/identity/index.ts';
import type { PeerRecord } from '../peers/index.ts';
import { IntroductionError } from './errors.ts';
import type { ReceivedIntroduction } from './received.ts';

/** Longest life of an introduction, s: 30 days. */
export const LONGEST_LIFE = 30 * 24 * 3600;
/** Time by which an introducer's clock may be ahead, s. */
const CLOCK_TOLERANCE = 600;
/** Time by which a serial may be ahead of this clock, s, so that no one can use up all later ones. */
const SERIAL_AHEAD = 24 * 3600;

/** Facts of this device against which it checks what an introducer has signed. */
export type TargetFacts = Readonly<{
  own: PeerId;
  /** Key of the relay in use; undefined without one. */
  relayKey: Uint8Array | undefined;
  /** Projects of this device there, 32 hexadecimal digits each. */
  projects: readonly string[];
  /** Record of the introducer, who is authenticated by its session. */
  introducer: PeerRecord;
  /** Decision on its right `introduce`. */
  decision: RightDecision;
  /** Newest record of this introducer about this newcomer. */
  before: ReceivedIntroduction | undefined;
  /** Seconds since 1970. */
  now: number;
}>;

/**
 * Checks who has signed a record, and that it is about this device, here, and newer than those before. Pure.
 * @throws {IntroductionError} `introduction.signature`, `introduction.browser`, `introduction.chain`, `introduction.relay-none`, `introduction.relay`,
 * `introduction.project`, `introduction.not-mine`, `introduction.newcomer`, `introduction.replayed`, or `rights.denied`
 */
export function checkRecord(record: Introduction | IntroductionEnd, facts: TargetFacts, isEnd: boolean): void {
  const { introducer } = facts;
  const isSigner = record.introducer === introducer.peerId && equalBytes(record.introducerKey, introducer.signingKey);
  if (!isSigner) throw refused('introduction.signature', 'signed by another device than the one that brings it');
  if (introducer.browser !== undefined) throw refused('introduction.browser', 'a browser introduces no one');
  if (introducer.introduced !== undefined)
    throw refused('introduction.chain', 'an introduced device introduces no one');
  // Its end takes back only what the introducer has given.
  if (facts.decision === 'deny' && !isEnd)
    throw refused('rights.denied', 'this device does not let you introduce others');
  if (facts.relayKey === undefined) throw refused('introduction.relay-none', 'this device is connected to no relay');
  if (!equalBytes(record.relayKey, facts.relayKey))
    throw refused('introduction.relay', 'this device uses another relay');
  if (!facts.projects.includes(record.project))
    throw refused('introduction.project', 'this device is in another project of that relay');
  if (record.target !== facts.own) throw refused('introduction.not-mine', 'this introduction is for another device');
  if (record.newcomer === facts.own || record.newcomer === introducer.peerId)
    throw refused('introduction.newcomer', 'the newcomer is one of the two devices');
  const { before, now } = facts;
  const isOld = before !== undefined && (isEnd ? record.serial < before.serial : record.serial <= before.serial);
  if (isOld || record.serial > now + SERIAL_AHEAD)
    throw refused('introduction.replayed', 'this device knows a newer one');
}

/**
 * Checks the times and rights of an introduction. Pure.
 * @param handsOn rights that the introducer may hand on without a question; undefined: a person is asked and sees them
 * @throws {IntroductionError} `introduction.expired`, `introduction.too-long`, `introduction.rights`
 */
export function checkLimits(
  { notAfter, kind, rights }: Introduction,
  now: number,
  handsOn: readonly Right[] | undefined,
): void {
  if (notAfter <= now) throw refused('introduction.expired', 'the introduction has expired');
  if (notAfter > now + LONGEST_LIFE + CLOCK_TOLERANCE)
    throw refused('introduction.too-long', 'an introduction lasts 30 days at most');
  const excess = rights.filter(
    (right) => (kind === 'browser' && right !== 'terminal') || (handsOn !== undefined && !handsOn.includes(right)),
  );
  if (excess.length > 0) throw refused('introduction.rights', `more than you may hand on: ${excess.join(', ')}`);
}

function refused(code: string, message: string): IntroductionError {
  return new IntroductionError(code, message);
}
