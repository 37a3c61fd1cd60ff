import type { TranslatedErrors } from '../load.ts';

export const HANDSHAKE_TEXTS: TranslatedErrors = {
  'handshake.unknown-peer': {
    what: 'Das andere Gerät kennt dieses nicht.',
    why: 'Es ist nicht mit diesem Gerät gekoppelt, oder die Kopplung wurde entfernt.',
    next: 'Koppeln Sie die beiden Geräte erneut.',
  },
  'handshake.wrong-peer': {
    what: 'Ein anderes Gerät hat geantwortet, und die Verbindung wurde beendet.',
    why: 'Was geantwortet hat, besitzt nicht den Schlüssel des gekoppelten Geräts. Vielleicht wollte jemand auf dem Weg dessen Platz einnehmen.',
    next: 'Machen Sie über dieses Netzwerk nicht weiter. Wurde das Gerät neu aufgesetzt, entfernen Sie es und koppeln neu.',
  },
  'handshake.static-key': {
    what: 'Die Verbindung wurde beendet, weil die Schlüssel des anderen Geräts nicht zusammenpassen.',
    why: 'Sein Zertifikat nennt einen anderen Schlüssel als den benutzten.',
    next: 'Starten Sie ClawReach auf dem anderen Gerät neu; bleibt es so, entfernen Sie es und koppeln neu.',
  },
  'handshake.generation': {
    what: 'Die Verbindung wurde beendet, weil das andere Gerät einen Schlüssel benutzt hat, den es ersetzt hat.',
    why: 'Vielleicht läuft eine ältere Kopie des Geräts, oder jemand benutzt einen alten Schlüssel.',
    next: 'Sorgen Sie dafür, dass nur eine Kopie des anderen Geräts läuft; wurde es aus einer Sicherung wiederhergestellt, koppeln Sie neu.',
  },
  'handshake.replay': {
    what: 'Eine Verbindungsanfrage wurde abgelehnt, weil sie zweimal kam.',
    why: 'Jemand auf dem Weg hat eine frühere Anfrage wiederholt. Es wurde nichts geöffnet.',
    next: 'Es ist nichts zu tun; versuchen Sie es erneut, wenn Sie selbst verbunden haben.',
  },
  'handshake.damaged': {
    what: 'Die Antwort des anderen Geräts wurde auf dem Weg beschädigt oder verändert.',
    why: 'Das Netzwerk, ein Proxy oder das Relay hat sie verändert, oder unter jener Adresse hat ein anderes Programm geantwortet. Nichts davon wurde verwendet, und der vertraute Schlüssel ist derselbe.',
    next: 'Versuchen Sie es erneut. Geschieht es wieder, nehmen Sie ein anderes Netzwerk oder Relay; neu koppeln müssen Sie nicht.',
  },
  'handshake.downgrade': {
    what: 'Die Verbindung wurde beendet, weil ihre Bedingungen unterwegs verändert wurden.',
    why: 'Das andere Gerät hat nicht bekommen, was dieses angeboten hat.',
    next: 'Versuchen Sie ein anderes Netzwerk oder Relay; aktualisieren Sie beide Geräte.',
  },
  'handshake.version': {
    what: 'Die beiden Geräte haben keine gemeinsame Protokollversion.',
    why: 'Auf einem davon läuft ein viel älteres ClawReach.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'handshake.suite': {
    what: 'Die beiden Geräte haben keine gemeinsame Cipher-Suite.',
    why: 'Auf einem davon läuft ein viel älteres ClawReach.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'handshake.mac': {
    what: 'Eine Verbindungsanfrage wurde abgelehnt, weil sie für ein anderes Gerät bestimmt war.',
    why: 'Die Anfrage galt einer anderen Peer-ID als der dieses Geräts.',
    next: 'Prüfen Sie die Peer-ID, mit der Sie sich verbinden.',
  },
  'handshake.unknown-session': {
    what: 'Das andere Gerät hat diese Verbindung nicht mehr.',
    why: 'Es wurde neu gestartet, oder es hat zu lange auf dieses gewartet.',
    next: 'Verbinden Sie erneut; Terminals dort laufen noch eine Weile weiter.',
  },
  'handshake.self': {
    what: 'Ein Gerät kann sich nicht mit sich selbst verbinden.',
    why: 'Die Peer-ID ist die dieses Geräts.',
    next: 'Wählen Sie ein anderes Gerät.',
  },
  'certificate.signature': {
    what: 'Das Zertifikat des anderen Geräts ist gefälscht oder beschädigt.',
    why: 'Seine Signatur passt nicht zu seinem Schlüssel.',
    next: 'Versuchen Sie es noch einmal; bleibt es so, verändert jemand auf dem Weg, was die Geräte senden.',
  },
  'certificate.expired': {
    what: 'Das Zertifikat des anderen Geräts ist zu dieser Zeit nicht gültig.',
    why: 'Die Uhr eines der beiden Geräte geht um mehr als einen Tag falsch, oder das andere Gerät wurde seit Jahren nicht neu gestartet.',
    next: 'Prüfen Sie Datum und Uhrzeit auf beiden Geräten, und starten Sie dann ClawReach auf dem anderen neu.',
  },
  'crypto.open': {
    what: 'Die Verbindung wurde beendet, weil eine Nachricht beschädigt oder gefälscht war.',
    why: 'Was ankam, ist nicht, was das andere Gerät gesendet hat.',
    next: 'Verbinden Sie erneut; bleibt es so, versuchen Sie ein anderes Netzwerk oder Relay.',
  },
  'crypto.low-order': {
    what: 'Die Verbindung wurde beendet, weil die andere Seite einen ungültigen Schlüssel gesendet hat.',
    why: 'Kein korrektes Programm erzeugt einen solchen Schlüssel.',
    next: 'Machen Sie über dieses Netzwerk nicht weiter; aktualisieren Sie ClawReach auf dem anderen Gerät.',
  },
  'format.peer-id': {
    what: 'Das ist keine Peer-ID.',
    why: 'Ein Zeichen ist falsch, fehlt oder ist zu viel; die Prüfzeichen passen nicht.',
    next: 'Kopieren Sie die Peer-ID noch einmal aus den Einstellungen des anderen Geräts.',
  },
};
