import type { Translation } from '../translation.ts';

export const UI_TEXTS = {
  'ui.close': 'Schließen',
  'ui.cancel': 'Abbrechen',
  'ui.cancelled': 'Abgebrochen',
  'ui.copy': 'Kopieren',
  'ui.copied': 'Kopiert',
  'ui.dismiss': 'Ausblenden',
  'ui.loading': 'Wird geladen',
  'ui.busy': 'In Arbeit',
  'ui.countdown': 'noch {{time}}',
  'ui.countdown.over': 'Die Zeit ist um',
  'ui.retry': 'Nächster Versuch in {{time}}',
  'ui.retry.now': 'Neuer Versuch läuft',
  'ui.sparkline.empty': '{{label}}: noch keine Messwerte',
  'ui.sparkline.range': '{{label}}: {{last}} ms, zwischen {{least}} und {{most}} ms',
  'ui.words': 'Wörter: {{words}}',

  'ui.key.ctrl': 'Strg',
  'ui.key.shift': 'Umschalt',
  'ui.key.enter': 'Eingabetaste',
  'ui.key.page-up': 'Bild↑',
  'ui.key.page-down': 'Bild↓',
  'ui.key.arrows': 'Pfeiltasten',
  'ui.key.escape': 'Esc',
} as const satisfies Translation;
