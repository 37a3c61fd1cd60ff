import type { TranslatedErrors } from '../load.ts';

export const TERMINALS_TEXTS: TranslatedErrors = {
  'terminal.params': {
    what: 'Das Terminal wurde nicht geöffnet.',
    why: 'Das andere Gerät hat die Anfrage nicht angenommen: {message}.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten; sie haben vielleicht nicht dieselbe Version.',
  },
  'terminal.too-many': {
    what: 'Dort können keine weiteren Terminals geöffnet werden.',
    why: 'Ein Gerät behält je Peer höchstens 32 Terminals, und 256 insgesamt.',
    next: 'Schließen Sie auf jenem Gerät einige Terminals, und öffnen Sie dann ein neues.',
  },
  'terminal.too-many-left': {
    what: 'Der Befehl wurde nicht gestartet.',
    why: 'Befehle dieses Geräts haben dort 32 oder mehr Programme im Hintergrund zurückgelassen.',
    next: 'Öffnen Sie dort ein Terminal, und beenden Sie einige davon.',
  },
  'terminal.unknown': {
    what: 'Dieses Terminal gibt es nicht mehr.',
    why: 'Sein Programm ist beendet, oder zehn Minuten lang kam niemand zurück.',
    next: 'Öffnen Sie ein neues.',
  },
  'terminal.spawn': {
    what: 'Das Terminal konnte nicht gestartet werden.',
    why: '{message}',
    next: 'Versuchen Sie es erneut; bleibt es so, sehen Sie im Protokoll des Hintergrundprozesses auf dem anderen Gerät nach.',
  },
  'terminal.command-not-found': {
    what: 'Das Programm wurde nicht gefunden.',
    why: 'Das andere Gerät hat kein Programm dieses Namens oder darf es nicht ausführen.',
    next: 'Prüfen Sie die Schreibweise, oder geben Sie den ganzen Pfad an.',
  },
  'terminal.no-folder': {
    what: 'Der Ordner wurde nicht gefunden.',
    why: 'Das andere Gerät hat keinen solchen Ordner oder darf nicht hineinsehen. Ein Befehl läuft in dem Ordner, um den gebeten wurde, oder gar nicht.',
    next: 'Prüfen Sie den Pfad, oder lassen Sie den Ordner weg: Dann läuft der Befehl im dortigen Benutzerordner.',
  },
  'terminal.host-lost': {
    what: 'Das Terminal ging verloren.',
    why: 'Der Prozess, der auf dem anderen Gerät die Terminals hält, ist unerwartet beendet.',
    next: 'Öffnen Sie ein neues; geschieht es wieder, sehen Sie dort im Protokoll des Hintergrundprozesses nach.',
  },
  'terminal.host-failed': {
    what: 'Dort können derzeit keine Terminals geöffnet werden.',
    why: 'Der Prozess, der sie hält, ist innerhalb von Minuten mehrmals unerwartet beendet worden.',
    next: 'Warten Sie fünf Minuten, oder starten Sie ClawReach auf dem anderen Gerät neu.',
  },
  'terminal.taken-over': {
    what: 'Das Terminal ist jetzt anderswo offen.',
    why: 'Es wurde noch einmal geöffnet, in einem anderen Fenster oder Programm oder auf einem anderen Ihrer Geräte, und hat immer nur einen Betrachter.',
    next: 'Öffnen Sie es hier wieder, um es zurückzuholen.',
  },
  'terminal.revoked': {
    what: 'Das Terminal wurde vom anderen Gerät geschlossen.',
    why: 'Das Recht, dort Terminals zu öffnen, wurde zurückgenommen.',
    next: 'Fragen Sie die Person an jenem Gerät.',
  },
  'terminal.protocol': {
    what: 'Das Terminal wurde geschlossen.',
    why: 'Das andere Gerät hat etwas gesendet, das nicht zum Protokoll gehört.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'terminal.shutdown': {
    what: 'Das Terminal wurde geschlossen.',
    why: 'ClawReach wird auf dem anderen Gerät beendet.',
    next: 'Versuchen Sie es erneut, wenn es wieder läuft.',
  },
  'terminal.no-pipes': {
    what: 'Der Befehl wurde nicht ausgeführt.',
    why: 'Auf dem anderen Gerät läuft eine ältere Version von ClawReach, die Befehle nur in einem Terminal ausführt: Bytes kämen nicht unverändert an.',
    next: 'Aktualisieren Sie ClawReach dort, oder führen Sie den Befehl in einem Terminal aus.',
  },
  'terminal.ended': {
    what: 'Das Terminal ist beendet.',
    why: 'Sein Programm ist vorbei, also nimmt es keine Eingabe mehr an.',
    next: 'Öffnen Sie ein neues.',
  },
};
