import type { Translation } from '../translation.ts';

export const ERRORS_TEXTS = {
  'error.unknown.next':
    'Versuchen Sie es noch einmal. Bleibt das Problem, aktualisieren Sie ClawReach auf beiden Rechnern.',
  'error.unknown.why': 'Der Code des Problems ist {{code}}.',
} as const satisfies Translation;
