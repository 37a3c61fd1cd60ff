export const UI_TEXTS = {
  'ui.close': 'Close',
  'ui.cancel': 'Cancel',
  'ui.copy': 'Copy',
  'ui.copied': 'Copied',
  'ui.dismiss': 'Dismiss',
  'ui.loading': 'Loading',
  'ui.busy': 'Working',
  'ui.countdown': '{{time}} left',
  'ui.countdown.over': 'Time is over',
  'ui.sparkline.empty': '{{label}}: no measurements yet',
  'ui.sparkline.range': '{{label}}: {{last}} ms, between {{least}} and {{most}} ms',
  'ui.words': 'Words: {{words}}',
} as const;
