import type { TranslatedErrors } from '../load.ts';

export const LINKS_TEXTS: TranslatedErrors = {
  'link.unknown-peer': {
    what: 'Dieses Gerät ist nicht mit jenem gekoppelt.',
    why: 'Es gibt keinen festgehaltenen Schlüssel zum Prüfen.',
    next: 'Koppeln Sie die beiden Geräte.',
  },
  'link.key-changed': {
    what: 'Es hat ein anderer Schlüssel geantwortet als der vertraute, und die Verbindung wurde beendet.',
    why: 'Das andere Gerät wurde neu aufgesetzt, oder jemand auf dem Weg wollte seinen Platz einnehmen.',
    next: 'Machen Sie nicht weiter, bis Sie wissen, was davon. Wurde das Gerät neu aufgesetzt, vergessen Sie es und koppeln neu; vergleichen Sie die Sicherheitsnummern.',
  },
  'link.path-lost': {
    what: 'Die Verbindung zum anderen Gerät ist abgerissen.',
    why: 'Das Netzwerk, das Relay oder das andere Gerät ist ausgefallen.',
    next: 'Versuchen Sie es erneut; Terminals dort laufen noch eine Weile weiter.',
  },
  'link.session-lost': {
    what: 'Die Verbindung konnte nicht dort weitergehen, wo sie abgerissen ist.',
    why: 'Das andere Gerät hat sie nicht mehr: Es wurde neu gestartet, oder die Unterbrechung war zu lang.',
    next: 'Verbinden Sie erneut; Terminals dort laufen noch eine Weile weiter.',
  },
  'link.no-address': {
    what: 'Es gibt keine Adresse, unter der das andere Gerät anzuwählen wäre.',
    why: 'Dorthin sind nur direkte Verbindungen erlaubt, und es wurde nie direkt erreicht.',
    next: 'Erlauben Sie das Relay dafür, verbinden Sie einmal, während beide Geräte in einem Netzwerk sind, und prüfen Sie, ob das andere direkte Verbindungen annimmt.',
  },
  'link.no-way': {
    what: 'Derzeit führt kein Weg zum anderen Gerät.',
    why: 'Es ist nicht am Relay, keine direkte Adresse antwortet, und kein anderer Peer kann dieses Gerät weiterleiten.',
    next: 'Prüfen Sie, ob das andere Gerät läuft und online ist. Eine wartende Verbindung geht von selbst weiter, sobald es wieder einen Weg gibt.',
  },
  'link.mode': {
    what: 'Das andere Gerät kam auf einem Weg, der ihm nicht erlaubt ist.',
    why: 'Sie haben gewählt, wie dieses Gerät jenes erreicht: nur über das Relay, nur direkt, oder über bestimmte Geräte.',
    next: 'Ändern Sie die erlaubten Wege für jenes Gerät, wenn das nicht gemeint war.',
  },
  'link.peer-by-relay': {
    what: 'Das andere Gerät versucht es über das Relay, und Ihre Wahl für dieses Gerät verbietet das.',
    why: 'Jedes Gerät benutzt nur die Wege, die sein eigener Mensch erlaubt. Vielleicht haben beide keinen gemeinsam, oder der hier erlaubte geht gerade nicht.',
    next: 'Erlauben Sie hier mehr Wege, oder ändern Sie die Wahl am anderen Gerät.',
  },
  'link.peer-directly': {
    what: 'Das andere Gerät versucht es direkt, und Ihre Wahl für dieses Gerät verbietet das.',
    why: 'Jedes Gerät benutzt nur die Wege, die sein eigener Mensch erlaubt. Vielleicht haben beide keinen gemeinsam, oder der hier erlaubte geht gerade nicht.',
    next: 'Erlauben Sie hier mehr Wege, oder ändern Sie die Wahl am anderen Gerät.',
  },
  'link.peer-through-hop': {
    what: 'Das andere Gerät versucht es über ein drittes Gerät, und Ihre Wahl für dieses Gerät verbietet das.',
    why: 'Jedes Gerät benutzt nur die Wege, die sein eigener Mensch erlaubt. Vielleicht haben beide keinen gemeinsam, oder der hier erlaubte geht gerade nicht.',
    next: 'Erlauben Sie hier mehr Wege, oder ändern Sie die Wahl am anderen Gerät.',
  },
  'link.refused': {
    what: 'Das andere Gerät hat abgelehnt.',
    why: '{message}',
    next: 'Fragen Sie, wer das andere Gerät benutzt, oder sehen Sie sich die Rechte an, die es diesem gibt.',
  },
  'link.timeout': {
    what: 'Das andere Gerät hat nicht rechtzeitig geantwortet.',
    why: 'Die Verbindung ist sehr langsam, oder sie ist ohne Anzeichen abgerissen.',
    next: 'Versuchen Sie es erneut. „Peers“ zeigt, ob das Gerät online ist.',
  },
  'link.reset': {
    what: 'Die andere Seite hat das sofort beendet.',
    why: 'Es wurde dort abgebrochen, oder was es bediente, hat aufgehört.',
    next: 'Öffnen Sie es erneut.',
  },
  'link.too-many-streams': {
    what: 'Über diese Verbindung läuft zu viel gleichzeitig.',
    why: 'Eine Verbindung trägt so viele Terminals und Anfragen, wie beide Geräte zulassen.',
    next: 'Schließen Sie einige, und versuchen Sie es erneut.',
  },
  'link.params': {
    what: 'Die Anfrage ist zu groß für einen Aufruf.',
    why: 'Was ein Terminal oder eine Anfrage öffnet, muss in 4 KiB passen.',
    next: 'Kürzen Sie: Was lang ist, kann auf dem anderen Gerät in ein Skript.',
  },
  'link.kind': {
    what: 'Das andere Gerät bietet das nicht an.',
    why: 'Seine Version von ClawReach kennt es nicht, oder diese Verbindung ist für etwas anderes da.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'link.too-many-hops': {
    what: 'Ein Gerät dazwischen leitet schon so viele andere weiter, wie es darf.',
    why: 'Ein Gerät hält höchstens 32 Ketten, davon 8 für ein Gerät.',
    next: 'Versuchen Sie es später erneut, oder nehmen Sie ein anderes Gerät.',
  },
  'link.hop-ended': {
    what: 'Ein Gerät dazwischen leitet dieses nicht mehr weiter.',
    why: 'Eine Weile lief nichts darüber, oder eine neuere Kette dieses Geräts ist an die Stelle getreten.',
    next: 'Nichts zu tun: Die Kette wird neu gebildet, wenn sie gebraucht wird.',
  },
  'link.hop-done': {
    what: 'Eine Kette von Geräten wurde aufgelöst.',
    why: 'Nichts führt mehr darüber.',
    next: 'Nichts zu tun.',
  },
  'link.authentication': {
    what: 'Etwas auf dem Weg hat die Daten verändert, und die Verbindung wurde beendet.',
    why: 'Ein Teil war nicht vom anderen Gerät versiegelt: Das Netzwerk hat ihn beschädigt, oder jemand wollte ihn fälschen. Nichts davon wurde verwendet.',
    next: 'Verbinden Sie erneut. Geschieht es in diesem Netzwerk wieder, nehmen Sie ein anderes, und sagen Sie es dem Betreiber des Relays.',
  },
  'link.malformed': {
    what: 'Das andere Gerät hat etwas gesendet, das sich nicht lesen lässt.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.unknown-frame': {
    what: 'Das andere Gerät benutzt eine Form des Protokolls, die dieses nicht kennt.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.stream-id': {
    what: 'Das andere Gerät hat das Protokoll verletzt: Ein Datenstrom war falsch benannt.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.credit': {
    what: 'Das andere Gerät hat das Protokoll verletzt: Es hat mehr gesendet, als es darf.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.final-size': {
    what: 'Das andere Gerät hat das Protokoll verletzt: Die Länge eines Datenstroms hat sich geändert.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.state': {
    what: 'Das andere Gerät hat das Protokoll verletzt: Eine Nachricht kam außer der Reihe.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.path': {
    what: 'Das andere Gerät hat das Protokoll verletzt: Ein Weg war falsch benannt.',
    why: 'Beide Geräte haben die Verbindung beendet, damit nichts Falsches für richtig gehalten wird.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten, und verbinden Sie dann erneut.',
  },
  'link.cancelled': {
    what: 'Die Verbindung wurde aufgegeben.',
    why: 'Auf diesem Gerät wurde abgebrochen.',
    next: 'Versuchen Sie es erneut, wann Sie möchten.',
  },
  'link.closed': {
    what: 'Die Verbindung zum anderen Gerät wurde geschlossen.',
    why: 'Eines der beiden Geräte hat sie beendet.',
    next: 'Verbinden Sie erneut, wenn Sie sie brauchen.',
  },
  'link.idle': {
    what: 'Die Verbindung wurde geschlossen, weil nichts sie benutzt hat.',
    why: 'Zehn Minuten lang war kein Terminal offen.',
    next: 'Sie kommt bei der nächsten Nutzung von selbst zurück.',
  },
  'link.replaced': {
    what: 'Die Verbindung wurde durch eine neuere ersetzt.',
    why: 'Beide Geräte hatten eine hergestellt, oder das andere kam nach einer Unterbrechung zurück.',
    next: 'Nichts zu tun; die neuere wird benutzt.',
  },
};
