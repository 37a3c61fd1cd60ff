import type { Translation } from '../translation.ts';

export const UPDATES_TEXTS = {
  'settings.updates': 'Aktualisierungen',
  'settings.command': 'Befehlszeile',

  'updates.text':
    'Neue Versionen sind von den Herstellern von ClawReach signiert; alles andere wird abgelehnt. Ohne Ihr Ja wird nichts installiert.',
  'updates.installed': 'Installiert',
  'updates.checked': 'Zuletzt geprüft',
  'updates.checked.never': 'Noch nicht',
  'updates.state': 'Zustand',
  'updates.state.idle': 'Sie haben die neueste Version.',
  'updates.state.unknown': 'Noch nicht geprüft.',
  'updates.state.checking': 'Es wird nach einer neueren Version gesucht',
  'updates.state.available': 'Version {{version}} vom {{date}} ist verfügbar.',
  'updates.state.downloading': 'Version {{version}} wird heruntergeladen',
  'updates.state.progress': '{{received}} von {{total}}',
  'updates.state.ready':
    'Version {{version}} ist heruntergeladen und geprüft. Sie wird installiert, wenn Sie ClawReach neu starten.',
  'updates.not-set-up':
    'Dieser Build weiß nicht, wo neue Versionen bekanntgegeben werden. Aktualisieren Sie ihn so, wie Sie ihn erstellt haben.',
  'updates.check': 'Jetzt prüfen',
  'updates.download': 'Herunterladen',
  'updates.download.size': 'Herunterladen ({{size}})',
  'updates.again': 'Erneut versuchen',
  'updates.cancel': 'Abbrechen',
  'updates.install': 'Neu starten und installieren',
  'updates.page': 'Was ist neu',
  'updates.page.get': 'Holen',
  'updates.auto': 'Automatisch nach neuen Versionen suchen',
  'updates.auto.text': 'Alle paar Stunden. Der Server erfährt die Adresse dieses Rechners und sonst nichts.',
  'updates.channel': 'Versionen',
  'updates.channel.stable': 'Stabil',
  'updates.channel.beta': 'Beta, zum Testen',

  'updates.way.deb':
    'ClawReach wurde als Paket installiert: Holen Sie das neue .deb und öffnen Sie es, oder führen Sie dort, wo es liegt, `sudo apt install ./clawreach.deb` aus.',
  'updates.way.rpm':
    'ClawReach wurde als Paket installiert: Holen Sie das neue .rpm und öffnen Sie es, oder führen Sie dort, wo es liegt, `sudo dnf install ./clawreach.rpm` aus.',
  'updates.way.download':
    'Diese Kopie kann sich nicht selbst ersetzen: Holen Sie die neue und legen Sie sie dorthin, wo die alte ist.',
  'updates.way.move':
    'ClawReach läuft von dort, wohin es heruntergeladen wurde. Verschieben Sie es in den Ordner „Programme“ und starten Sie es dort; dann aktualisiert es sich selbst.',
  'updates.way.source':
    'ClawReach läuft aus seinen Quellen: Führen Sie dort `git pull` und `npm install` aus, und starten Sie es dann wieder.',

  'updates.confirm': 'Version {{version}} installieren?',
  'updates.confirm.text':
    'ClawReach wird beendet und startet mit der neuen Version wieder, was einen Moment dauert. Peers, Weiterleitungen und Einstellungen bleiben.',
  'updates.confirm.terminals_one': 'Ein Terminal, das ein Peer auf diesem Rechner offen hat, endet.',
  'updates.confirm.terminals_other': '{{count}} Terminals, die Peers auf diesem Rechner offen haben, enden.',
  'updates.confirm.later': 'Später',

  'updates.banner.available': 'Version {{version}} von ClawReach ist verfügbar.',
  'updates.banner.ready': 'Version {{version}} von ClawReach ist bereit zum Installieren.',
  'updates.banner.show': 'Anzeigen',

  'command.text':
    'Dasselbe in einem Terminal und für Rechner ohne Bildschirm: `clawreach list`, `clawreach connect office`.',
  'command.installed': 'Ein Terminal findet den Befehl `clawreach`.',
  'command.installed.hidden': 'Der Befehl ist installiert.',
  'command.missing': 'Terminals kennen den Befehl `clawreach` noch nicht.',
  'command.missing.package':
    'Das Paket sollte den Befehl hier abgelegt haben, und er ist nicht da. Installieren Sie das Paket erneut.',
  'command.other': 'Ein Terminal findet ein anderes `clawreach` als das dieser Anwendung.',
  'command.none': 'ClawReach läuft aus seinen Quellen: `npm link` dort macht den Befehl bekannt.',
  'command.path': 'Wo',
  'command.folder':
    'Terminals suchen noch nicht in diesem Ordner. Melden Sie sich neu an, oder fügen Sie ihn Ihrem PATH hinzu:',
  'command.install': 'Befehl installieren',
  'command.remove': 'Befehl entfernen',
  'command.install.done': 'Der Befehl ist installiert. Öffnen Sie dafür ein neues Terminal.',
  'command.remove.done': 'Der Befehl wurde entfernt.',
} as const satisfies Translation;
