import type { TranslatedErrors } from '../load.ts';

export const UPDATES_TEXTS: TranslatedErrors = {
  'shell.updates-elsewhere': {
    what: 'Hier wird nicht nach Aktualisierungen gesucht.',
    why: 'Nur die Anwendung ClawReach aktualisiert sich selbst; ein Browser zeigt, was der Hintergrundprozess dieses Rechners hat.',
    next: 'Aktualisieren Sie ClawReach so, wie es installiert wurde.',
  },
  'shell.command-elsewhere': {
    what: 'Der Befehl wurde nicht installiert.',
    why: 'Nur die Anwendung ClawReach kann ihn installieren.',
    next: 'Öffnen Sie die Einstellungen in der Anwendung.',
  },
  'shell.command-source': {
    what: 'Der Befehl wurde nicht installiert.',
    why: 'ClawReach läuft hier aus seinen Quellen.',
    next: 'Die README der Quellen sagt, wie der Befehl in den PATH kommt.',
  },
  'shell.command-failed': {
    what: 'Der Befehl wurde nicht installiert.',
    why: 'Das System sagt {reason}.',
    next: 'Versuchen Sie es erneut; fragt das System nach einem Passwort, muss es das eines Administrators sein.',
  },
  'shell.command-taken': {
    what: 'Der Befehl wurde nicht installiert.',
    why: 'Unter {path} liegt ein anderes Programm.',
    next: 'Entfernen Sie es oder benennen Sie es um, wenn Sie es nicht brauchen, und versuchen Sie es dann erneut.',
  },
  'shell.command-moved': {
    what: 'Der Befehl wurde nicht installiert.',
    why: 'Die Anwendung läuft von einem Ort, den es nach ihrem Ende nicht mehr gibt.',
    next: 'Verschieben Sie ClawReach in den Ordner „Programme“, starten Sie es dort, und versuchen Sie es dann erneut.',
  },
  'shell.licences-missing': {
    what: 'Die Lizenzen können nicht gezeigt werden.',
    why: 'Ihre Datei fehlt oder ist beschädigt.',
    next: 'Installieren Sie ClawReach erneut.',
  },
  'update.not-set-up': {
    what: 'Es wird nicht nach Aktualisierungen gesucht.',
    why: 'Dieser Build von ClawReach weiß nicht, wo neue Versionen bekanntgegeben werden.',
    next: 'Holen Sie sich eine Veröffentlichung, oder aktualisieren Sie diesen Build so, wie Sie ihn erstellt haben.',
  },
  'update.unreachable': {
    what: 'Ob es eine neuere Version gibt, ließ sich nicht feststellen.',
    why: 'Der Server der Veröffentlichungen hat nicht geantwortet: {reason}.',
    next: 'Prüfen Sie es später noch einmal. ClawReach läuft weiter wie bisher.',
  },
  'update.none': {
    what: 'Ob es eine neuere Version gibt, ließ sich nicht feststellen.',
    why: 'Der Server der Veröffentlichungen nennt keine für diesen Kanal und dieses System.',
    next: 'Wählen Sie den anderen Kanal, oder prüfen Sie es später noch einmal.',
  },
  'update.unsigned': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Was der Server darüber sagt, ist nicht signiert.',
    next: 'Prüfen Sie es später noch einmal. Bleibt es so, holen Sie ClawReach von seiner eigenen Seite, und sagen Sie es den Herstellern.',
  },
  'update.wrong-signature': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Was der Server darüber sagt, ist nicht mit einem Schlüssel von ClawReach signiert: Es wurde unterwegs verändert, oder jemand anderes hat es gemacht.',
    next: 'Prüfen Sie es später noch einmal, aus einem anderen Netzwerk. Bleibt es so, sagen Sie es den Herstellern von ClawReach.',
  },
  'update.malformed': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Was der Server darüber sagt, ist nicht lesbar.',
    next: 'Prüfen Sie es später noch einmal. Bleibt es so, holen Sie ClawReach von seiner eigenen Seite.',
  },
  'update.wrong-channel': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Der Server hat eine Version des Kanals {offered} statt {wanted} angeboten.',
    next: 'Prüfen Sie es später noch einmal. Bleibt es so, sagen Sie es den Herstellern von ClawReach.',
  },
  'update.wrong-system': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Der Server hat eine Version für {offered} angeboten; dies ist {wanted}.',
    next: 'Prüfen Sie es später noch einmal. Bleibt es so, sagen Sie es den Herstellern von ClawReach.',
  },
  'update.expired': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Was der Server sagt, ist veraltet: Es galt bis {until}. Oder die Uhr dieses Rechners geht falsch.',
    next: 'Vergleichen Sie das Datum dieses Rechners, und prüfen Sie es dann noch einmal.',
  },
  'update.rolled-back': {
    what: 'Die Aktualisierung wurde abgelehnt.',
    why: 'Was der Server sagt, ist älter als das, was er früher gesagt hat; vielleicht verbirgt jemand eine neuere Version.',
    next: 'Prüfen Sie es später noch einmal, aus einem anderen Netzwerk. Bleibt es so, sagen Sie es den Herstellern von ClawReach.',
  },
  'update.not-offered': {
    what: 'Es gibt nichts herunterzuladen.',
    why: 'Es ist keine neuere Version bekannt, oder diese Installation aktualisiert sich nicht selbst.',
    next: 'Suchen Sie zuerst nach einer neueren Version.',
  },
  'update.download': {
    what: 'Die Aktualisierung wurde nicht heruntergeladen.',
    why: 'Der Download brach ab: {reason}.',
    next: 'Versuchen Sie es erneut. Was jetzt läuft, bleibt unberührt.',
  },
  'update.checksum': {
    what: 'Die Aktualisierung wurde verworfen.',
    why: 'Die angekommene Datei ist nicht die signierte.',
    next: 'Versuchen Sie es erneut; bleibt es so, aus einem anderen Netzwerk.',
  },
  'update.install': {
    what: 'Die Aktualisierung wurde nicht installiert.',
    why: 'Das System sagt {reason}.',
    next: 'Versuchen Sie es erneut, oder installieren Sie die neue Version von Hand.',
  },
};
