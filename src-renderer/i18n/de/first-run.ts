import type { Translation } from '../translation.ts';

export const FIRST_RUN_TEXTS = {
  'first-run.title': 'Erreichen Sie Ihre Rechner.',
  'first-run.text':
    'Koppeln Sie zwei Rechner einmal mit einem kurzen Code. Danach öffnen Sie Terminals zwischen ihnen, Ende-zu-Ende-verschlüsselt.',
  'first-run.relay': 'Das Relay, an dem sich Rechner treffen',
  'first-run.relay.own': 'Mein eigenes Relay verwenden',
  'first-run.relay.host': 'Hier ein Relay betreiben',
  'first-run.relay.state.none': 'Noch ist kein Relay eingerichtet. Sie werden gefragt, sobald es gebraucht wird.',
  'first-run.relay.state.online': 'Mit dem Relay {{url}} verbunden.',
  'first-run.relay.state.connecting': 'Verbindung zum Relay {{url}} wird hergestellt…',
  'first-run.relay.state.waiting': 'Das Relay {{url}} ist derzeit nicht erreichbar. ClawReach versucht es weiter.',
  'first-run.relay.state.failed': 'Das Relay {{url}} funktioniert nicht. {{why}}',
  'first-run.relay.state.guest':
    'Das Relay {{url}} ist da. Um von hier aus einzuladen, braucht es das Zulassungstoken; beitreten geht ohne.',
  'first-run.skip': 'Überspringen und umsehen',
} as const satisfies Translation;
