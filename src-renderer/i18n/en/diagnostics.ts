/** The report for somebody who helps. */
export const DIAGNOSTICS_TEXTS = {
  'settings.diagnostics': 'Diagnostics',
  'settings.diagnostics.text':
    'A report for somebody who helps you: states, causes and the newest lines of the log. Names, addresses and keys are replaced, and nothing that you typed or transferred is in it. You read it before you give it to anybody; nothing is sent.',
  'settings.diagnostics.make': 'Make a report',
  'settings.diagnostics.title': 'Diagnostics report',
  'settings.diagnostics.read': 'This is all of it. Look through it before you pass it on.',
  'settings.diagnostics.loading': 'Collecting…',
  'settings.diagnostics.report': 'Report',
  'settings.diagnostics.copy': 'Copy',
  'settings.diagnostics.save': 'Save…',
  'settings.diagnostics.saved': 'The report is saved.',
} as const;
