import type { Translation } from '../translation.ts';

export const DIAGNOSTICS_TEXTS = {
  'settings.diagnostics': 'Diagnose',
  'settings.diagnostics.text':
    'Ein Bericht für jemanden, der Ihnen hilft: Zustände, Ursachen und die neuesten Zeilen des Protokolls. Namen, Adressen und Schlüssel sind ersetzt, und nichts, was Sie getippt oder übertragen haben, steht darin. Sie lesen ihn, bevor Sie ihn jemandem geben; gesendet wird nichts.',
  'settings.diagnostics.make': 'Bericht erstellen',
  'settings.diagnostics.title': 'Diagnosebericht',
  'settings.diagnostics.read': 'Das ist alles. Sehen Sie es durch, bevor Sie es weitergeben.',
  'settings.diagnostics.loading': 'Wird zusammengestellt…',
  'settings.diagnostics.report': 'Bericht',
  'settings.diagnostics.copy': 'Kopieren',
  'settings.diagnostics.save': 'Speichern…',
  'settings.diagnostics.saved': 'Der Bericht ist gespeichert.',
} as const satisfies Translation;
