import { codePointText, firstHidden, looksLike, NAME_LIMIT } from '#shared/visible-text/index.ts';

export { NAME_LIMIT };

/**
 * Reason why a name can't be used. `over`: characters beyond the limit. `code` and `position`: the hidden character, such as `U+200B`, and its
 * position from 1.
 */
export type PeerNameProblem =
  | Readonly<{ kind: 'empty' }>
  | Readonly<{ kind: 'too-long'; over: number }>
  | Readonly<{ kind: 'hidden-character'; code: string; position: number }>
  | Readonly<{ kind: 'taken' }>;

/**
 * Checks the new name of a peer for `PeerNameInput`; undefined when it is valid. Pure.
 * @param others names of the other peers; names that look alike count as equal
 */
export function checkPeerName(name: string, others: readonly string[]): PeerNameProblem | undefined {
  const wanted = name.trim();
  if (wanted === '') return { kind: 'empty' };
  if (wanted.length > NAME_LIMIT) return { kind: 'too-long', over: wanted.length - NAME_LIMIT };
  const hidden = firstHidden(wanted);
  if (hidden !== undefined)
    return { kind: 'hidden-character', code: codePointText(hidden.character), position: hidden.position };
  return others.some((other) => looksLike(other, wanted)) ? { kind: 'taken' } : undefined;
}
