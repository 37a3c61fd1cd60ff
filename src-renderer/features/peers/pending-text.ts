import { RIGHTS, type PeerView } from '#shared/app-api/index.ts';
import { describeRight } from './rights/right-text.ts';

/** Lists the rights that count once the words are confirmed; empty where none wait. */
export function pendingText({ pairing }: Pick<PeerView, 'pairing'>, now: number): string {
  return RIGHTS.flatMap((right) => {
    const grant = pairing?.pending[right];
    return grant === undefined ? [] : [describeRight(right, grant, now).text];
  }).join(', ');
}
