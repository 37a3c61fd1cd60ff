import { RIGHTS, type Grant, type PeerView, type Right, type RightDecision } from '#shared/app-api/index.ts';
import { chosenGrant } from './right-choice.ts';

/** Presets of a machine's rights. `mine`: everything but introductions, which bring in others, and shared folders, which are chosen one by one; and marked as the person's own. `guest`: asks for everything. */
export const PRESETS = ['mine', 'guest'] as const;
export type Preset = (typeof PRESETS)[number];

type Rights = Pick<PeerView, 'own' | 'pairing' | 'rights'>;

const DECISIONS: Readonly<Record<Preset, RightDecision>> = { mine: 'allow', guest: 'ask' };

/** Returns the preset that a peer's rights equal; undefined if they equal none. */
export function presetOf(peer: Rights): Preset | undefined {
  return PRESETS.find((preset) => peer.own === (preset === 'mine') && changesFor(preset, peer).length === 0);
}

/** Reports whether only the mark of the person's own machine lacks for the preset `mine`. Pure. */
export function lacksOwnMark(peer: Rights): boolean {
  return !peer.own && changesFor('mine', peer).length === 0;
}

/** Lists the rights that a preset changes, with the grant that holds now, for the agent to compare. */
export function changesFor(
  preset: Preset,
  peer: Rights,
): readonly Readonly<{ right: Right; decision: RightDecision; was: Grant }>[] {
  const decision = DECISIONS[preset];
  const meant = RIGHTS.filter((right) => right !== 'files' && (preset !== 'mine' || right !== 'introduce'));
  return meant
    .filter((right) => !isPermanent(chosenGrant(peer, right), decision))
    .map((right) => ({
      right,
      decision,
      was: peer.rights[right],
    }));
}

function isPermanent(grant: Grant, decision: RightDecision): boolean {
  return grant.decision === decision && ((grant.expiresAt === null && grant.most === undefined) || decision === 'ask');
}
