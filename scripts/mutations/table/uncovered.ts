import type { Uncovered } from '../guard.ts';

const WINDOW = 'its tests drive a real window or browser, whose bundles the mutation run does not build anew';

/** Properties of docs/SECURITY.md without a guard in the table. */
export const UNCOVERED: readonly Uncovered[] = [
  { property: 'S-SSH-8', reason: WINDOW },
  { property: 'S-SHARE-1', reason: 'the secret enters by CPace and the handshake: there is no check to remove' },
  { property: 'S-BROWSER-5', reason: WINDOW },
  { property: 'S-PICTURE-4', reason: WINDOW },
  { property: 'S-PLAIN-4', reason: 'there is no such code, and so no guard of it' },
];
