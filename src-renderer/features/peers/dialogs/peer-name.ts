import { codeOf, firstHidden, looksLike, NAME_LIMIT } from '#shared/visible-text/index.ts';

export { NAME_LIMIT };

export type PeerNameProblem =
  | Readonly<{ kind: 'empty' }>
  | Readonly<{ kind: 'too-long'; over: number }>
  /** `code` as `U+202E`; `position` counted from one, in characters. */
  | Readonly<{ kind: 'hidden-character'; code: string; position: number }>
  | Readonly<{ kind: 'taken' }>;

/**
 * What is wrong with a new name for a peer, or undefined.
 * @param others Names of the other peers: two that look the same are one name.
 */
export function checkPeerName(name: string, others: readonly string[]): PeerNameProblem | undefined {
  const wanted = name.trim();
  if (wanted === '') return { kind: 'empty' };
  if (wanted.length > NAME_LIMIT) return { kind: 'too-long', over: wanted.length - NAME_LIMIT };
  const hidden = firstHidden(wanted);
  if (hidden !== undefined)
    return { kind: 'hidden-character', code: codeOf(hidden.character), position: hidden.position };
  return others.some((other) => looksLike(other, wanted)) ? { kind: 'taken' } : undefined;
}
