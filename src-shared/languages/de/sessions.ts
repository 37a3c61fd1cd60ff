import type { TranslatedErrors } from '../load.ts';

export const SESSIONS_TEXTS: TranslatedErrors = {
  'usage.history-kind': {
    what: 'Der Verlauf kennt keine Art namens {kind}.',
    why: 'Arten sind: {kinds}.',
    next: 'Wählen Sie eine der gezeigten Arten.',
  },
  'usage.recording-ambiguous': {
    what: 'Mehr als eine Aufzeichnung beginnt mit {id}.',
    why: 'Diese: {candidates}.',
    next: 'Geben Sie mehr von der ID an.',
  },
  'usage.share': {
    what: 'Welches Terminal soll geteilt werden, und mit wem?',
    why: 'Es braucht ein Terminal und ein Gerät.',
    next: 'Wählen Sie ein Terminal und ein Gerät.',
  },
  'usage.share-terminal': {
    what: 'Dort gibt es kein Terminal {terminal} von Ihnen.',
    why: 'Eine ID hat 32 Ziffern von 0 bis f; ihr Anfang genügt, wenn er zu einem Terminal passt.',
    next: 'Wählen Sie ein Terminal, das läuft.',
  },
  'usage.watch': {
    what: 'Es ist nicht genau ein geteiltes Terminal gemeint.',
    why: '{count} mit Ihnen geteilte Terminals auf {name} passen.',
    next: 'Wählen Sie eines der geteilten Terminals.',
  },
  'usage.factor': {
    what: '„{text}“ ist keine passende Zahl.',
    why: 'Sie liegt zwischen 0,1 und 100.',
    next: 'Etwa 2 oder 0.5.',
  },
  'usage.on-off': {
    what: '{option} kann nicht „{text}“ sein.',
    why: 'Möglich sind on und off.',
    next: 'Schreiben Sie on oder off dahinter.',
  },
  'terminal.share-refused': {
    what: 'Das Terminal wurde nicht geteilt.',
    why: 'Das Gerät, auf dem es läuft, kennt jenen Peer nicht oder lässt ihn nicht bei Terminals zusehen.',
    next: 'Koppeln Sie die beiden, oder lassen Sie jenen Peer zusehen, auf dem Rechner, auf dem das Terminal läuft.',
  },
  'terminal.too-many-viewers': {
    what: 'Bei diesem Terminal kann niemand mehr zusehen.',
    why: 'Ein Terminal wird mit höchstens 8 Peers geteilt, und 8 können zugleich zusehen, je Peer zwei.',
    next: 'Beenden Sie es zuerst für jemand anderen.',
  },
  'terminal.unshared': {
    what: 'Das Terminal wird nicht mehr mit Ihnen geteilt.',
    why: 'Wer es hat, hat das beendet.',
    next: 'Bitten Sie darum, es wieder zu teilen.',
  },
  'terminal.view-only': {
    what: 'Bei diesem Terminal kann nur zugesehen werden.',
    why: 'Es wurde etwas gesendet, das es benutzt hätte.',
    next: 'Sehen Sie wieder zu; um ein Terminal zu benutzen, öffnen Sie ein eigenes.',
  },
  'recording.unknown': {
    what: 'Eine solche Aufzeichnung gibt es nicht.',
    why: 'Sie wurde gelöscht, oder sie heißt anders.',
    next: 'Sehen Sie in der Liste der Aufzeichnungen nach.',
  },
  'recording.unavailable': {
    what: 'Hier kann nichts aufgezeichnet werden.',
    why: 'Dieser Hintergrundprozess hat keinen Platz für Aufzeichnungen.',
    next: 'Starten Sie ClawReach neu; bleibt es so, sehen Sie in seinem Protokoll nach.',
  },
  'recording.running': {
    what: 'Die Aufzeichnung läuft noch.',
    why: 'Was gerade geschrieben wird, kann nicht gelöscht werden.',
    next: 'Beenden Sie sie zuerst.',
  },
  'recording.too-many': {
    what: 'Mehr Aufzeichnungen können nicht laufen oder aufbewahrt werden.',
    why: 'Dieses Gerät bewahrt höchstens 1000 Aufzeichnungen auf und schreibt 32 zugleich.',
    next: 'Löschen Sie einige, die Sie nicht brauchen.',
  },
  'recording.full': {
    what: 'Die Aufzeichnung wurde beendet.',
    why: 'Sie hat 64 MiB erreicht, mehr darf eine Aufzeichnung nicht haben.',
    next: 'Beginnen Sie eine neue; das Aufgezeichnete bleibt erhalten.',
  },
  'recording.no-room': {
    what: 'Die Aufzeichnung wurde nicht begonnen oder wurde beendet.',
    why: 'Alle Aufzeichnungen zusammen haben 1 GiB erreicht, mehr bewahrt dieses Gerät nicht auf.',
    next: 'Löschen Sie einige, die Sie nicht brauchen.',
  },
  'recording.slow': {
    what: 'Die Aufzeichnung wurde beendet.',
    why: 'Der Datenträger nimmt weniger auf, als das Terminal zeigt, und das Terminal sollte nicht warten.',
    next: 'Beginnen Sie sie erneut; was bis dahin aufgezeichnet wurde, bleibt erhalten.',
  },
  'recording.failed': {
    what: 'Die Aufzeichnung wurde beendet.',
    why: 'Ihre Datei konnte nicht geschrieben werden: {reason}.',
    next: 'Schaffen Sie Platz auf dem Datenträger, oder sehen Sie sich die Rechte des Profilordners an.',
  },
  'recording.format': {
    what: 'Die Aufzeichnung kann nicht abgespielt werden.',
    why: 'Sie ist beschädigt, oder keine Aufzeichnung der Version 2 von asciicast.',
    next: 'Exportieren Sie sie, und sehen Sie sie mit einem anderen Programm an.',
  },
};
