import type { TranslatedErrors } from '../load.ts';

export const SERVICE_TEXTS: TranslatedErrors = {
  'service.unsupported': {
    what: 'ClawReach kann auf diesem System keinen Dienst installieren.',
    why: 'Für {platform} ist keine Dienstverwaltung bekannt.',
    next: 'Lassen Sie Ihre eigene Dienstverwaltung ClawReach ausführen, oder schalten Sie in den Einstellungen den Start beim Anmelden ein.',
  },
  'service.app-image': {
    what: 'Es wurde kein Dienst installiert.',
    why: 'Das AppImage wird jedes Mal an einem anderen Ort eingehängt, deshalb fände ein Dienst sein Programm nicht.',
    next: 'Installieren Sie für einen Dienst das deb- oder rpm-Paket, oder schalten Sie in den Einstellungen der Anwendung „Beim Anmelden starten“ ein.',
  },
  'service.path': {
    what: 'Es wurde kein Dienst installiert.',
    why: 'Ein Pfad enthält ein Zeichen, das keine Dienstdatei aufnehmen kann: {path}',
    next: 'Wählen Sie ein anderes Verzeichnis für das Profil.',
  },
  'service.no-tool': {
    what: 'Es wurde kein Dienst installiert.',
    why: 'Dieses System hat kein {program}, das ClawReach fragen müsste.',
    next: 'Verwenden Sie den Start beim Anmelden in den Einstellungen.',
  },
  'service.no-manager': {
    what: 'Ihre eigene Dienstverwaltung antwortet nicht.',
    why: '{command} ist fehlgeschlagen: {reason}',
    next: 'Melden Sie sich als die Person selbst an, und versuchen Sie es dann erneut.',
  },
  'service.failed': {
    what: 'Die Dienstverwaltung hat abgelehnt.',
    why: '{command} ist fehlgeschlagen: {reason}',
    next: 'Sehen Sie im Protokoll der Dienstverwaltung nach.',
  },
  'service.foreign-file': {
    what: 'Die Datei des Dienstes hat jemand anderes geschrieben, deshalb bleibt sie unberührt.',
    why: '{file} ist da, und ClawReach hat sie nicht geschrieben.',
    next: 'Verschieben Sie sie, und versuchen Sie es dann erneut.',
  },
  'service.write': {
    what: 'Die Datei des Dienstes konnte nicht geändert werden.',
    why: '{file}: {reason}.',
    next: 'Prüfen Sie freien Speicher und Zugriffsrechte, und versuchen Sie es dann erneut.',
  },
  'service.not-installed': {
    what: 'Es gibt keinen Dienst zum Entfernen.',
    why: '{file} ist nicht da.',
    next: 'Installieren Sie zuerst den Dienst.',
  },
};
