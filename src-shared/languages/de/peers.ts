import type { TranslatedErrors } from '../load.ts';

export const PEERS_TEXTS: TranslatedErrors = {
  'peer.unknown': {
    what: 'Kein Peer heißt {name}.',
    why: 'Es ist weder der Name eines Peers noch der Anfang einer Peer-ID.',
    next: 'Sehen Sie in der Liste der Peers nach, oder koppeln Sie das Gerät erneut.',
  },
  'peer.ambiguous': {
    what: '{name} passt zu mehreren Peers.',
    why: 'Es passt zu {candidates}.',
    next: 'Wählen Sie ihn aus der Liste der Peers.',
  },
  'peer.no-answer': {
    what: '{name} antwortet nicht.',
    why: 'Es ist vielleicht aus, im Ruhezustand oder in einem abgeschnittenen Netzwerk. Was noch unterwegs ist, wird aufgegeben.',
    next: 'Prüfen Sie das Gerät und sein Netzwerk, und versuchen Sie es noch einmal.',
  },
  'peer.name-taken': {
    what: 'Der Name {name} ist vergeben.',
    why: 'Ein anderer Peer hat ihn, und Namen müssen Peers unterscheiden.',
    next: 'Wählen Sie einen anderen Namen, oder benennen Sie zuerst den anderen Peer um.',
  },
  'peer.uncompared': {
    what: 'Die vier Wörter von {name} hat noch niemand bestätigt.',
    why: 'Solange nicht feststeht, dass beide Bildschirme dieselben Wörter zeigen, kann es ein anderer Rechner sein, als Sie meinen.',
    next: 'Vergleichen Sie zuerst die Wörter.',
  },
  'peer.words-changed': {
    what: 'Das sind nicht mehr die Wörter von {name}.',
    why: 'Es wurde inzwischen erneut gekoppelt oder ohne Code hinzugefügt.',
    next: 'Vergleichen Sie die Wörter, die beide Bildschirme jetzt zeigen.',
  },
  'peer.name-invalid': {
    what: 'Dieser Name ist nicht verwendbar.',
    why: 'Er enthält kein Zeichen, das sich anzeigen lässt.',
    next: 'Wählen Sie einen Namen mit mindestens einem Buchstaben oder einer Ziffer und höchstens 64 Zeichen.',
  },
  'peer.key-changed': {
    what: 'Die Identität von {name} ist nicht die, mit der Sie gekoppelt haben.',
    why: 'Unter derselben Peer-ID wurde ein anderer Schlüssel gezeigt. Es wurde nichts geändert.',
    next: 'Machen Sie nicht weiter. Wurde das Gerät neu aufgesetzt, vergessen Sie es hier und koppeln neu.',
  },
  'peer.generation': {
    what: '{name} zeigte einen Schlüssel, den es ersetzt hat.',
    why: 'Sein Zertifikat hat die Generation {shown}; {known} ist schon bekannt.',
    next: 'Sorgen Sie dafür, dass nur eine Kopie jenes Geräts läuft; wurde es aus einer Sicherung wiederhergestellt, koppeln Sie neu.',
  },
  'rights.denied': {
    what: 'Das andere Gerät erlaubt das nicht.',
    why: 'Die Person dort hat diesem Gerät das Recht nicht gegeben, Nein gesagt oder es zurückgenommen.',
    next: 'Bitten Sie die Person an jenem Gerät, es zu erlauben: in ihrer Liste der Peers, unter „Rechte“.',
  },
  'rights.unasked': {
    what: 'Die Person dort hat noch nicht entschieden.',
    why: 'Bis es erlaubt ist, sieht dieses Gerät nicht, wie es dort steht; dafür allein wird nicht gefragt.',
    next: 'Senden Sie einen Prompt: Dann wird gefragt. Oder bitten Sie darum, OpenClaw für dieses Gerät zu erlauben, in der Liste der Peers dort, unter „Rechte“.',
  },
  'rights.unanswered': {
    what: 'Am anderen Gerät hat niemand geantwortet.',
    why: 'Ihre Anfrage wurde dort zwei Minuten lang gezeigt. Durch Zeitablauf allein wird nie etwas erlaubt.',
    next: 'Bitten Sie jemanden, dort auf den Bildschirm zu sehen, und versuchen Sie es dann erneut.',
  },
  'rights.too-long': {
    what: 'Die Anfrage ist zu lang, um danach zu fragen.',
    why: 'Die Person dort wird gefragt und sieht eine Anfrage ganz oder gar nicht: höchstens 16.384 Zeichen.',
    next: 'Kürzen Sie sie, etwa durch ein Skript dort statt eines langen Befehls, oder bitten Sie um das Recht als Ganzes.',
  },
  'rights.expired': {
    what: 'Das Recht wurde nicht geändert.',
    why: 'Der Zeitpunkt, zu dem es enden soll, ist schon vorbei.',
    next: 'Wählen Sie einen Zeitpunkt in der Zukunft, oder keinen.',
  },
  'approval.gone': {
    what: 'Die Anfrage {id} wartet nicht mehr auf eine Antwort.',
    why: 'Sie wurde beantwortet, zurückgezogen, oder ihre Zeit war um. Durch Zeitablauf wird nie etwas angenommen.',
    next: 'Es ist nichts zu tun; die andere Seite kann erneut fragen.',
  },
};
