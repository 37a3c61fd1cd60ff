import type { Grant, Right } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { RIGHTS, type PeerView } from '#shared/app-api/index.ts';
import { formatMoment } from '../../../ui/index.ts';

const TONES = { allow: 'good', ask: 'neutral', deny: 'warning' } as const;

/** Text and colour of a chip that describes a right. */
export type RightChip = Readonly<{ text: string; tone: (typeof TONES)[keyof typeof TONES] }>;

/** Describes in a few words what the decision on a right lets a peer do, for a chip in the peer's row. @param now ms since 1970 */
export function describeRight(right: Right, grant: Grant, now: number): RightChip {
  const until = grant.expiresAt === null ? undefined : formatMoment(grant.expiresAt, now);
  const tone = TONES[grant.decision];
  if (until === undefined || grant.decision === 'ask')
    return { text: text(`peers.right.${right}.${grant.decision}`), tone };
  return { text: text(`peers.right.${right}.${grant.decision}-until`, { until }), tone };
}

/**
 * Lists the rights that will apply once the person confirms the pairing words, separated by commas; empty if there are none.
 * @param now ms since 1970
 */
export function pendingRightsText({ pairing }: Pick<PeerView, 'pairing'>, now: number): string {
  return RIGHTS.flatMap((right) => {
    const grant = pairing?.pending[right];
    return grant === undefined ? [] : [describeRight(right, grant, now).text];
  }).join(', ');
}
