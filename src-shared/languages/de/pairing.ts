import type { TranslatedErrors } from '../load.ts';

export const PAIRING_TEXTS: TranslatedErrors = {
  'pairing.code-format': {
    what: 'Das ist kein Kopplungscode.',
    why: 'Ein Code hat acht Buchstaben und Ziffern, etwa ABCD-1234. Der Buchstabe U kommt nie darin vor.',
    next: 'Lesen Sie den Code auf dem anderen Rechner noch einmal.',
  },
  'pairing.link-format': {
    what: 'Das ist kein vollständiger Kopplungslink.',
    why: 'Ein Teil des Links fehlt oder wurde verändert, wie es beim Kopieren in Teilen geschieht.',
    next: 'Kopieren Sie den ganzen Link, von clawreach:// bis zum Ende.',
  },
  'pairing.used': {
    what: 'Dieser Kopplungscode wurde schon benutzt.',
    why: 'Ein Code gilt für einen Versuch, damit ihn niemand durch Probieren erraten kann.',
    next: 'Erstellen Sie auf dem anderen Rechner einen neuen Code und geben Sie ihn hier ein.',
  },
  'pairing.wrong-code': {
    what: 'Der Kopplungscode ist falsch.',
    why: 'Die beiden Geräte haben nicht denselben Code oder Link: Er wurde falsch eingetippt, gehört zu einem anderen Gerät, jemand dazwischen wollte ihn erraten, oder die Antwort wurde auf dem Weg beschädigt. Es wurde nichts gekoppelt.',
    next: 'Nichts ist verloren: Erstellen Sie dort, wo er gezeigt wurde, einen neuen Code und versuchen Sie diesen. Scheitert auch das, nehmen Sie einen Link.',
  },
  'pairing.cancelled': {
    what: 'Die Kopplung wurde abgebrochen.',
    why: 'Jemand hat sie auf diesem oder dem anderen Gerät angehalten. Hier wurde nichts gekoppelt.',
    next: 'Beginnen Sie neu, wenn beide Rechner bereit sind.',
  },
  'pairing.interrupted': {
    what: 'Die Kopplung wurde unterbrochen.',
    why: 'Die Verbindung zum anderen Gerät oder zum Relay endete, bevor beide bestätigt hatten. Hier wurde nichts gekoppelt.',
    next: 'Sorgen Sie dafür, dass beide Rechner online sind, und erstellen Sie dann einen neuen Code.',
  },
  'pairing.expired': {
    what: 'Der Kopplungscode ist abgelaufen.',
    why: 'Ein Code oder Link gilt zehn Minuten.',
    next: 'Erstellen Sie dort, wo dieser gezeigt wurde, einen neuen Code.',
  },
  'pairing.timeout': {
    what: 'Das andere Gerät hat während der Kopplung aufgehört zu antworten.',
    why: 'Vielleicht ist es in den Ruhezustand gegangen oder hat sein Netzwerk verloren. Hier wurde nichts gekoppelt.',
    next: 'Sorgen Sie dafür, dass beide Rechner wach und online bleiben, und erstellen Sie dann einen neuen Code.',
  },
  'pairing.self': {
    what: 'Ein Gerät kann nicht mit sich selbst gekoppelt werden.',
    why: 'Der Code oder Link stammt von diesem Gerät.',
    next: 'Geben Sie den Code auf dem anderen Rechner ein, oder hier den Code eines anderen.',
  },
  'pairing.certificate': {
    what: 'Das andere Gerät konnte sich nicht ausweisen.',
    why: 'Sein Zertifikat ist ungültig oder gehört zu einem anderen Schlüssel, oder die Uhr eines Geräts geht um mehr als einen Tag falsch.',
    next: 'Prüfen Sie Datum und Uhrzeit auf beiden Rechnern, und erstellen Sie dann einen neuen Code.',
  },
  'pairing.wrong-device': {
    what: 'Ein anderes Gerät hat geantwortet als das, das den Link erstellt hat.',
    why: 'Vielleicht wollte jemand, der den Link gesehen hat, seinen Platz einnehmen. Es wurde nichts gekoppelt.',
    next: 'Verwenden Sie diesen Link nicht noch einmal: Erstellen Sie einen neuen, und senden Sie ihn auf einem Weg, dem Sie vertrauen.',
  },
  'pairing.commitment': {
    what: 'Das andere Gerät wollte die vier Wörter selbst wählen.',
    why: 'Es hat seinen Teil davon erst festgelegt und dann einen anderen gezeigt. Vielleicht steht jemand, der den Code kennt, zwischen den beiden Geräten. Es wurde nichts gekoppelt.',
    next: 'Koppeln Sie mit einem Link, und senden Sie ihn auf einem Weg, dem Sie vertrauen.',
  },
  'pairing.version': {
    what: 'Die beiden Geräte sprechen verschiedene Versionen der Kopplung.',
    why: 'Auf einem davon läuft ein älteres ClawReach.',
    next: 'Aktualisieren Sie ClawReach auf beiden Rechnern, und erstellen Sie dann einen neuen Code.',
  },
  'pairing.protocol': {
    what: 'Die Kopplung wurde beendet, weil eine Nachricht keinen Sinn ergab.',
    why: 'Sie wurde unterwegs beschädigt oder verändert. Hier wurde nichts gekoppelt.',
    next: 'Erstellen Sie einen neuen Code. Geschieht es wieder, nehmen Sie ein anderes Netzwerk oder Relay.',
  },
  'pairing.use-link': {
    what: 'Codes sind nach drei falschen hintereinander vorerst abgeschaltet.',
    why: 'Ein Code ist kurz, und vielleicht rät jemand. Ein Link lässt sich nicht erraten.',
    next: 'Erstellen Sie einen Link, und senden Sie ihn auf einem Weg, dem Sie vertrauen.',
  },
  'pairing.too-many': {
    what: 'Auf diesem Gerät sind zu viele Einladungen offen.',
    why: 'Jede wartet bis zu zehn Minuten auf das andere Gerät.',
    next: 'Brechen Sie eine davon ab, oder warten Sie, bis sie abläuft; versuchen Sie es dann erneut.',
  },
  'pairing.unknown': {
    what: 'Eine solche Einladung gibt es nicht.',
    why: 'Sie ist vorbei, oder der Hintergrundprozess wurde seither neu gestartet.',
    next: 'Erstellen Sie einen neuen Code.',
  },
  'pairing.failed': {
    what: 'Die Kopplung ist fehlgeschlagen.',
    why: 'Eines der beiden Geräte hatte ein Problem und hat aufgegeben. Hier wurde nichts gekoppelt.',
    next: 'Erstellen Sie einen neuen Code. Scheitert es wieder, starten Sie ClawReach auf beiden Rechnern neu.',
  },
  'pairing.pending': {
    what: 'Dieses Gerät kann noch keine anderen einladen.',
    why: 'Auf dem Gerät, das es eingeladen hat ({inviter}), wurden die vier Wörter seiner eigenen Kopplung noch nicht bestätigt.',
    next: 'Vergleichen Sie die Wörter dort und bestätigen Sie sie; erstellen Sie dann hier einen Code.',
  },
  'pairing.not-kept': {
    what: 'Das andere Gerät konnte die Kopplung nicht speichern.',
    why: 'Vielleicht ist sein Datenträger voll, oder seine Einstellungen lassen sich nicht schreiben. Hier wurde nichts gekoppelt.',
    next: 'Lesen Sie die Meldung auf dem anderen Gerät und erstellen Sie dann einen neuen Code.',
  },
  'pairing.other-relay': {
    what: 'Dieser Link gehört zu einem anderen Relay als dem Ihrer Peers.',
    why: 'Er führt zu {url}; Ihre Peers werden über {own} erreicht, und diese Version nutzt immer nur ein Relay.',
    next: 'Laden Sie stattdessen von diesem Rechner aus ein, und lassen Sie den anderen Ihr Relay verwenden.',
  },
};
