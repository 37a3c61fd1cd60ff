import type { Uncovered } from '../guard.ts';

const WINDOW = 'its tests drive a real window or browser, whose bundles the mutation run does not build anew';

const SERVER = 'its tests boot a server of their own, which takes minutes';

/** Properties of docs/SECURITY.md without a guard in the table. */
export const UNCOVERED: readonly Uncovered[] = [
  { property: 'S-SSH-8', reason: WINDOW },
  { property: 'S-PLAIN-4', reason: 'there is no such code, and so no guard of it' },
  { property: 'S-DEPLOY-1', reason: SERVER },
  { property: 'S-DEPLOY-2', reason: SERVER },
  { property: 'S-DEPLOY-3', reason: 'the strict schema and reader are the code itself' },
  { property: 'S-DEPLOY-4', reason: 'the strict schema and reader are the code itself' },
  { property: 'S-DEPLOY-5', reason: SERVER },
  { property: 'S-DEPLOY-6', reason: SERVER },
];
