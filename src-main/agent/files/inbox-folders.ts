import { join } from 'node:path';
import { cleanFileName, nameKey } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Characters of a peer ID that tell two folders of the same name apart. */
const SHORT_ID = 7;

/**
 * Returns the folder for the files of a peer, by its name here: below the inbox, with the beginning of its ID if another peer's folder would be the same.
 * Names follow the strictest rules, so that a folder can be copied to any system. Pure.
 */
export function inboxFolder(
  inbox: string,
  peer: Readonly<{ peerId: PeerId; name: string }>,
  others: readonly Readonly<{ peerId: PeerId; name: string }>[],
): string {
  const nameOf = (name: string): string => cleanFileName(name, 'windows', true);
  const own = nameOf(peer.name);
  const isShared = others.some(
    ({ peerId, name }) => peerId !== peer.peerId && nameKey(nameOf(name), true) === nameKey(own, true),
  );
  return join(inbox, isShared ? `${own} (${peer.peerId.slice(0, SHORT_ID)})` : own);
}
