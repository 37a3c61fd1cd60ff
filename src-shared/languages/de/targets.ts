import type { TranslatedErrors } from '../load.ts';

export const TARGETS_TEXTS: TranslatedErrors = {
  'forward.denied': {
    what: 'Das andere Gerät lässt dieses das nicht erreichen.',
    why: 'Die Person dort hat dieses Ziel nicht erlaubt, Nein gesagt oder es zurückgenommen.',
    next: 'Bitten Sie darum; erlaubt wird es auf jenem Gerät, unter den Rechten von diesem.',
  },
  'forward.unanswered': {
    what: 'Am anderen Gerät hat niemand geantwortet.',
    why: 'Ihre Anfrage wurde dort zwei Minuten lang gezeigt. Durch Zeitablauf allein wird nie etwas erlaubt.',
    next: 'Bitten Sie jemanden, dort auf den Bildschirm zu sehen, und versuchen Sie es dann erneut.',
  },
  'forward.protected': {
    what: 'Dieses Ziel ist nie über ein anderes Gerät erreichbar.',
    why: 'Es ist ein Metadatendienst, eine Link-local-Adresse, Multicast oder ein Port von ClawReach selbst.',
    next: 'Verwenden Sie ein anderes Ziel. Dieses öffnet kein Recht.',
  },
  'forward.name': {
    what: 'Der Name wurde nicht gefunden.',
    why: 'Das Gerät, an dem die Verbindung hinausgeht, kennt keine Adresse dafür.',
    next: 'Prüfen Sie den Namen so, wie jenes Gerät ihn sähe.',
  },
  'forward.refused': {
    what: 'Das Ziel hat die Verbindung abgelehnt.',
    why: 'Sein Rechner hat geantwortet, und an diesem Port lauscht kein Programm.',
    next: 'Starten Sie das Programm, oder prüfen Sie den Port.',
  },
  'forward.timeout': {
    what: 'Das Ziel hat nicht rechtzeitig geantwortet.',
    why: 'Innerhalb von zehn Sekunden kam nichts zurück: eine Firewall, oder ein ausgeschalteter Rechner.',
    next: 'Prüfen Sie, ob das Ziel eingeschaltet und von dem Gerät aus erreichbar ist, an dem die Verbindung hinausgeht.',
  },
  'forward.host-unreachable': {
    what: 'Das Ziel ist nicht erreichbar.',
    why: 'Das Gerät, an dem die Verbindung hinausgeht, hat keinen Weg zu jenem Rechner, oder eine Firewall sagt Nein.',
    next: 'Prüfen Sie, ob das Ziel eingeschaltet und in einem Netzwerk jenes Geräts ist.',
  },
  'forward.network-unreachable': {
    what: 'Das Netzwerk des Ziels ist nicht erreichbar.',
    why: 'Das Gerät, an dem die Verbindung hinausgeht, hat keinen Weg in jenes Netzwerk.',
    next: 'Prüfen Sie das Netzwerk jenes Geräts, oder verwenden Sie eine Adresse des Ziels, die es erreicht.',
  },
  'forward.too-many': {
    what: 'Es sind zu viele Verbindungen auf einmal.',
    why: 'Ein Gerät trägt höchstens 512 Verbindungen eines anderen, 64 im Aufbau und 16 offene Ports.',
    next: 'Schließen Sie einige, und versuchen Sie es dann erneut.',
  },
  'forward.params': {
    what: 'Das andere Gerät versteht nicht, worum es gebeten wurde.',
    why: 'Die beiden haben verschiedene Versionen.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'forward.peer-away': {
    what: 'Der Peer ist nicht verbunden.',
    why: 'Derzeit gibt es keine Verbindung zu ihm, oder sie ging verloren, bevor sie stand.',
    next: 'Warten Sie, bis er zurück ist; die Weiterleitung geht von selbst weiter.',
  },
  'forward.failed': {
    what: 'Die Verbindung ist fehlgeschlagen.',
    why: '{message}',
    next: 'Versuchen Sie es erneut. Bleibt es so, sehen Sie im Protokoll des Geräts nach, an dem die Verbindung hinausgeht.',
  },
  'forward.port-in-use': {
    what: 'Der Port ist belegt.',
    why: 'Ein anderes Programm lauscht dort schon: {message}.',
    next: 'Wählen Sie einen anderen Port, oder beenden Sie jenes Programm.',
  },
  'forward.port-unavailable': {
    what: 'Das andere Gerät kann dort nicht lauschen.',
    why: '{message}',
    next: 'Wählen Sie einen Port ab 1024 und eine Adresse, die das andere Gerät hat.',
  },
  'target.host': {
    what: '„{host}“ ist kein Ziel.',
    why: 'Ein Ziel ist ein Name, eine Adresse, ein Netzwerk wie 10.0.0.0/8, *.example.com oder *.',
    next: 'Berichtigen Sie es.',
  },
  'target.ports': {
    what: '„{ports}“ ist kein Port.',
    why: 'Ports sind eine Zahl von 1 bis 65535, ein Bereich wie 8000-8100, oder *.',
    next: 'Berichtigen Sie es.',
  },
  'target.protected': {
    what: '„{host}“ kann nicht erlaubt werden.',
    why: 'Metadatendienste, Link-local-Adressen und Multicast sind für ein anderes Gerät nie erreichbar.',
    next: 'Lassen Sie es weg.',
  },
  'target.expired': {
    what: 'Das Ziel wurde nicht erlaubt.',
    why: 'Der Zeitpunkt, zu dem es enden soll, ist schon vorbei.',
    next: 'Wählen Sie einen Zeitpunkt in der Zukunft, oder keinen.',
  },
  'peer.too-many-targets': {
    what: 'Für diesen Peer gibt es zu viele Ziele.',
    why: 'Höchstens {most} werden behalten.',
    next: 'Nehmen Sie einige weg, oder erlauben Sie ein Netzwerk statt seiner Rechner.',
  },
};
