import type { TranslatedErrors } from '../load.ts';

export const SHELL_TEXTS: TranslatedErrors = {
  'web-host.files-missing': {
    what: 'Das Fenster wurde nicht gebaut.',
    why: 'Seine Dateien sollten in {directory} sein: {reason}.',
    next: 'Installieren Sie ClawReach erneut.',
  },
  'web-host.port': {
    what: 'Das Fenster kann nicht an Port {port} bereitgestellt werden.',
    why: 'Das System sagt {reason}; meist hat ein anderes Programm den Port.',
    next: 'Nehmen Sie einen beliebigen freien Port, oder nennen Sie einen anderen.',
  },
  'web-host.link-used': {
    what: 'Dieser Link wurde benutzt oder ist zu alt.',
    why: 'Ein Link öffnet das Fenster einmal, und innerhalb von zehn Minuten.',
    next: 'Drücken Sie dort, wo ClawReach gestartet wurde, die Eingabetaste, und öffnen Sie den neuen Link, der dann erscheint.',
  },
  'web-host.tries': {
    what: 'Das Fenster wird jetzt nicht geöffnet.',
    why: 'Jemand hat innerhalb einer Minute viele falsche Links versucht.',
    next: 'Warten Sie eine Minute, und laden Sie die Seite dann neu.',
  },
  'web-host.agent': {
    what: 'ClawReach ist auf diesem Rechner beendet.',
    why: 'Sein Hintergrundprozess antwortet nicht. Das Fenster geht von selbst weiter, sobald er zurück ist.',
    next: 'Starten Sie ClawReach dort, wo es gestartet war, wieder.',
  },
  'web-host.full': {
    what: 'Es sind zu viele Fenster offen.',
    why: 'Es sind höchstens acht Fenster zugleich offen.',
    next: 'Schließen Sie eines, und laden Sie die Seite dann neu.',
  },
  'shell.browser-links': {
    what: 'Der Link wurde nicht geöffnet.',
    why: 'In einem Browser öffnet der Browser Links selbst.',
    next: 'Laden Sie die Seite neu; bleibt es so, kopieren Sie den Link in die Adressleiste.',
  },
  'shell.link': {
    what: 'Der Link wurde nicht geöffnet.',
    why: 'Es werden nur Links zu Webseiten (https:, http:) und E-Mail-Adressen (mailto:) geöffnet.',
    next: 'Kopieren Sie den Link und öffnen Sie ihn selbst, wenn Sie wissen, wohin er führt.',
  },
  'shell.link-pace': {
    what: 'Der Link wurde nicht geöffnet.',
    why: 'Innerhalb von {seconds} Sekunden werden höchstens {limit} Links geöffnet.',
    next: 'Warten Sie einen Moment, und versuchen Sie es dann erneut.',
  },
  'shell.link-failed': {
    what: 'Der Link wurde nicht geöffnet.',
    why: 'Das System hat kein Programm dafür, oder es startete nicht.',
    next: 'Kopieren Sie den Link und öffnen Sie ihn selbst.',
  },
  'shell.camera-elsewhere': {
    what: 'Die Anwendung kann hier nicht um die Kamera gebeten werden.',
    why: 'Dieses Fenster gehört nicht zur Anwendung; ein Browser fragt selbst nach der Kamera.',
    next: 'Erlauben Sie die Kamera im Browser, oder lesen Sie den Code aus einem Bild.',
  },
  'shell.files-elsewhere': {
    what: 'Die Datei wurde nicht gespeichert.',
    why: 'Nur die Anwendung ClawReach fragt, wohin eine Datei soll; ein Browser tut das selbst.',
    next: 'Laden Sie die Seite neu, und versuchen Sie es dann erneut; oder kopieren Sie den Text.',
  },
  'shell.file-failed': {
    what: 'Die Datei wurde nicht gespeichert.',
    why: 'Sie konnte nicht geschrieben werden: {reason}.',
    next: 'Wählen Sie einen anderen Ort, oder kopieren Sie den Text.',
  },
  'shell.autostart-elsewhere': {
    what: 'Der Start beim Anmelden wurde nicht geändert.',
    why: 'Ein Browser startet nicht mit dem System.',
    next: 'Ändern Sie es in den Einstellungen der Anwendung.',
  },
  'shell.autostart-failed': {
    what: 'Der Start beim Anmelden wurde nicht geändert.',
    why: 'Das System hat abgelehnt: {reason}.',
    next: 'Ändern Sie es in den Einstellungen Ihres Systems, oder versuchen Sie es erneut.',
  },
  'shell.autostart-held.win32': {
    what: 'Windows hält den Start beim Anmelden zurück.',
    why: 'ClawReach wurde im Task-Manager oder in den Einstellungen von Windows ausgeschaltet.',
    next: 'Öffnen Sie den Task-Manager > Autostart-Apps, und schalten Sie ClawReach ein.',
  },
  'shell.autostart-held.darwin': {
    what: 'macOS wartet auf Ihre Erlaubnis.',
    why: 'ClawReach darf nur beim Anmelden starten, wenn Sie es in den Einstellungen von macOS erlauben.',
    next: 'Öffnen Sie Systemeinstellungen > Allgemein > Anmeldeobjekte, und erlauben Sie ClawReach.',
  },
  'shell.secret-elsewhere': {
    what: 'Der Schlüssel dieses Geräts wurde nicht verschoben.',
    why: 'Nur die Anwendung ClawReach kann den Schlüsselspeicher des Systems öffnen.',
    next: 'Starten Sie die Anwendung und öffnen Sie dort „Einstellungen“ > „Sicherheit“.',
  },
  'shell.secret-other-agent': {
    what: 'Der Schlüssel dieses Geräts wurde nicht verschoben.',
    why: 'Der laufende Hintergrundprozess wurde mit einem Befehl gestartet und verwendet den Schlüssel aus seiner Datei.',
    next: 'Beenden Sie diesen Hintergrundprozess dort, wo er gestartet wurde; dann übernimmt diese Anwendung. Versuchen Sie es danach erneut.',
  },
  'shell.no-hosted-relay': {
    what: 'Von hier aus kann kein Relay gestartet werden.',
    why: 'Nur die Anwendung kann eines betreiben.',
    next: 'Verwenden Sie die Anwendung, oder ein Relay auf einem anderen Rechner.',
  },
};
