import type { TranslatedErrors } from '../load.ts';

export const RELAY_TEXTS: TranslatedErrors = {
  'relay.unset': {
    what: 'Auf diesem Gerät ist kein Relay eingerichtet.',
    why: 'Zwei Rechner treffen sich an einem Relay; niemand hat gesagt, an welchem.',
    next: 'Richten Sie das Relay ein, das die beiden Rechner teilen.',
  },
  'relay.url': {
    what: 'Das ist keine Relay-Adresse.',
    why: 'Eine Relay-Adresse ist wss://HOST oder wss://HOST:PORT: {reason}.',
    next: 'Prüfen Sie die Adresse mit dem Betreiber des Relays; der Port ist 7474, sofern nichts anderes gesagt wurde.',
  },
  'relay.insecure-url': {
    what: 'Diese Relay-Adresse ist nicht verschlüsselt.',
    why: 'Mit ws:// zu {host} könnte jeder auf dem Weg sehen, welche Geräte miteinander sprechen, wann und wie viel.',
    next: 'Verwenden Sie stattdessen wss://, oder erlauben Sie es ohne Verschlüsselung, wenn Sie dem Netzwerk vertrauen.',
  },
  'relay.pin': {
    what: 'Das ist nicht der Pin eines Relays.',
    why: 'Ein Pin hat 64 Ziffern von 0 bis f; Leerzeichen und Doppelpunkte dazwischen schaden nicht.',
    next: 'Kopieren Sie den ganzen Pin von dort, wo das Relay ihn ausgegeben hat, oder lassen Sie das Feld leer, damit er Ihnen gezeigt und erfragt wird.',
  },
  'relay.not-configured': {
    what: 'Auf diesem Gerät ist kein Relay eingerichtet.',
    why: 'Zwei Rechner treffen sich an einem Relay; niemand hat gesagt, an welchem.',
    next: 'Richten Sie das Relay ein, das die beiden Rechner teilen.',
  },
  'relay.no-project': {
    what: 'Das Relay hat dieses Gerät noch nicht zugelassen.',
    why: 'Nur ein zugelassenes Gerät kann andere einladen.',
    next: 'Geben Sie das Zulassungstoken des Relays ein.',
  },
  'relay.dns': {
    what: 'Das Relay wurde nicht gefunden.',
    why: 'Der Name in seiner Adresse lässt sich nicht auflösen.',
    next: 'Prüfen Sie die Schreibweise der Adresse und die Internetverbindung dieses Geräts. ClawReach versucht es weiter.',
  },
  'relay.connection-refused': {
    what: 'Das Relay antwortet nicht.',
    why: 'Der Rechner ist da, aber unter {authority} lauscht kein Relay.',
    next: 'Prüfen Sie den Port, und ob das Relay läuft. ClawReach versucht es weiter.',
  },
  'relay.unreachable': {
    what: 'Das Relay ist nicht erreichbar.',
    why: 'Es kam keine Verbindung zum Relay zustande: Das Netzwerk ist ausgefallen, oder eine Firewall steht im Weg.',
    next: 'Prüfen Sie die Internetverbindung dieses Geräts. ClawReach versucht es weiter.',
  },
  'relay.timeout': {
    what: 'Das Relay hat nicht rechtzeitig geantwortet.',
    why: 'Es ist überlastet oder hängt, oder etwas auf dem Weg verschluckt die Verbindung.',
    next: 'Warten Sie einen Moment; ClawReach versucht es weiter. Bleibt es so, fragen Sie den Betreiber des Relays.',
  },
  'relay.tls': {
    what: 'Es kam keine verschlüsselte Verbindung zum Relay zustande.',
    why: 'Was unter {authority} antwortet, spricht TLS nicht so, wie es sollte, oder die Verbindung wurde beim Aufbau getrennt.',
    next: 'Prüfen Sie den Port. Läuft das Relay ohne TLS, beginnt seine Adresse mit ws://.',
  },
  'relay.untrusted': {
    what: 'Das Relay hat ein eigenes Zertifikat.',
    why: 'Keine öffentliche Stelle bürgt dafür. Der Pin seines Schlüssels ist {pin}.',
    next: 'Vergleichen Sie den Pin mit dem, den das Relay beim Start ausgegeben hat.',
  },
  'relay.tls-certificate': {
    what: 'Das Zertifikat des Relays ist ungültig.',
    why: 'Es ist abgelaufen oder gilt für einen anderen Namen ({reason}).',
    next: 'Prüfen Sie die Adresse. Ist sie richtig, muss der Betreiber des Relays das Zertifikat erneuern.',
  },
  'relay.pin-mismatch': {
    what: 'Das Relay hat einen anderen Schlüssel als den vertrauten, und die Verbindung wurde beendet.',
    why: 'Sein TLS-Schlüssel ist {seen}, vertraut ist {expected}. Vielleicht steht jemand zwischen Ihnen und dem Relay, oder das Relay wurde neu aufgesetzt.',
    next: 'Fragen Sie den Betreiber des Relays. Ist der neue Schlüssel richtig, geben Sie ihn als Pin ein.',
  },
  'relay.proxy-auth': {
    what: 'Der Proxy dieses Netzwerks lässt dieses Gerät nicht durch.',
    why: 'Er verlangt Benutzer und Passwort, oder andere als die genannten (Antwort {status}). Hier wird nur das Verfahren Basic gesprochen.',
    next: 'Prüfen Sie Benutzer und Passwort unter „Einstellungen“ > „Netzwerk“, und fragen Sie den Betreiber des Netzwerks danach.',
  },
  'relay.proxy-forbidden': {
    what: 'Der Proxy dieses Netzwerks verbietet die Verbindung zum Relay.',
    why: 'Er lässt dieses Gerät nicht dorthin, oder will wissen, wer fragt (Antwort 403).',
    next: 'Bitten Sie den Betreiber des Netzwerks, Verbindungen zu Host und Port des Relays zu erlauben, oder um einen Benutzer, den Sie unter „Einstellungen“ > „Netzwerk“ nennen. ClawReach fragt in zehn Minuten wieder.',
  },
  'relay.proxy-refused': {
    what: 'Der Proxy dieses Netzwerks verbindet nicht mit dem Relay.',
    why: 'Er hat auf den Verbindungswunsch mit etwas anderem geantwortet: {reason}.',
    next: 'Bitten Sie den Betreiber des Netzwerks, Verbindungen zu Host und Port des Relays zu erlauben, oder nennen Sie einen anderen Proxy.',
  },
  'relay.proxy-unreachable': {
    what: 'Der Proxy dieses Netzwerks ist nicht erreichbar.',
    why: 'Relays werden über ihn erreicht, und er antwortet nicht.',
    next: 'Prüfen Sie seine Adresse unter „Einstellungen“ > „Netzwerk“, oder wählen Sie keinen Proxy. ClawReach versucht es weiter.',
  },
  'relay.proxy-address': {
    what: 'Das ist keine Adresse eines Proxys.',
    why: 'Die Adresse eines Proxys ist http://HOST:PORT: {reason}.',
    next: 'Fragen Sie den Betreiber des Netzwerks nach der Adresse seines HTTP-Proxys.',
  },
  'relay.proxy-missing': {
    what: 'Es wurde kein Proxy genannt.',
    why: 'Ein eigener Proxy braucht eine Adresse.',
    next: 'Geben Sie die Adresse des Proxys ein.',
  },
  'relay.proxy-authority': {
    what: 'Das ist keine Zertifizierungsstelle, der vertraut werden könnte.',
    why: 'Gebraucht wird das Zertifikat einer Stelle als PEM-Text: {reason}.',
    next: 'Fragen Sie den Betreiber des Netzwerks nach dem Zertifikat seiner Stelle in PEM-Form.',
  },
  'relay.key-mismatch': {
    what: 'Das ist ein anderes Relay als bisher, und die Verbindung wurde beendet.',
    why: 'Unter dieser Adresse antwortet ein Relay mit einem anderen Schlüssel. Vielleicht hat jemand seinen Platz eingenommen, oder es wurde neu aufgesetzt.',
    next: 'Fragen Sie den Betreiber des Relays. Wurde es neu aufgesetzt, richten Sie es hier neu ein.',
  },
  'relay.welcome-signature': {
    what: 'Das Relay konnte sich nicht ausweisen, und die Verbindung wurde beendet.',
    why: 'Sein Nachweis passt nicht zu dem Schlüssel, den es angekündigt hat: Was es gesendet hat, wurde auf dem Weg beschädigt, oder jemand steht zwischen Ihnen und dem Relay.',
    next: 'Versuchen Sie es erneut, dann in einem anderen Netzwerk. Bleibt es so, fragen Sie den Betreiber des Relays.',
  },
  'relay.relay-mismatch': {
    what: 'Das Relay erkennt sich in dem, was dieses Gerät angewählt hat, nicht wieder.',
    why: 'Jemand leitet die Verbindung weiter, oder das Relay kennt den Namen oder das Zertifikat nicht, unter dem es erreicht wird.',
    next: 'Verwenden Sie die Adresse, die das Relay beim Start ausgegeben hat.',
  },
  'relay.not-a-relay': {
    what: 'Was unter dieser Adresse antwortet, ist kein Relay.',
    why: 'Es hat die Verbindung nicht so angenommen, wie ein Relay es tut.',
    next: 'Prüfen Sie Adresse und Port.',
  },
  'relay.unavailable': {
    what: 'Das Relay ist derzeit nicht verfügbar.',
    why: 'Ein Server vor dem Relay antwortet an seiner Stelle (Status {status}).',
    next: 'Warten Sie einen Moment; ClawReach versucht es weiter.',
  },
  'relay.version': {
    what: 'Das Relay spricht eine andere Version.',
    why: 'Dieses ClawReach und das Relay haben keine gemeinsame Version des Protokolls.',
    next: 'Aktualisieren Sie ClawReach auf diesem Gerät und auf dem Relay.',
  },
  'relay.signature': {
    what: 'Das Relay hat die Signatur dieses Geräts abgelehnt.',
    why: 'Die Verbindung wurde unterwegs verändert, oder die Schlüssel dieses Geräts sind beschädigt.',
    next: 'Starten Sie ClawReach neu. Bleibt es so, fragen Sie den Betreiber des Relays.',
  },
  'relay.certificate': {
    what: 'Das Relay hat das Zertifikat dieses Geräts abgelehnt.',
    why: 'Es ist abgelaufen, oder die Uhr dieses Geräts oder des Relays geht falsch.',
    next: 'Prüfen Sie Datum und Uhrzeit dieses Geräts, und starten Sie dann ClawReach neu.',
  },
  'relay.admission-needed': {
    what: 'Das Relay kennt dieses Gerät noch nicht.',
    why: 'Es lässt neue Geräte mit seinem Zulassungstoken oder nach der Kopplung mit einem Mitglied zu.',
    next: 'Geben Sie das Zulassungstoken ein, das das Relay beim Start ausgegeben hat, oder treten Sie einem Rechner bei, der schon dort ist.',
  },
  'relay.admission': {
    what: 'Das Relay hat das Zulassungstoken nicht angenommen.',
    why: 'Das Token ist nicht das dieses Relays.',
    next: 'Kopieren Sie das Token noch einmal von dort, wo das Relay es ausgegeben hat.',
  },
  'relay.enrolment': {
    what: 'Das Relay hat die Aufnahme nicht angenommen.',
    why: 'Sie ist abgelaufen, gilt für ein anderes Relay, oder das Gerät, das sie unterschrieben hat, darf keine anderen aufnehmen.',
    next: 'Koppeln Sie erneut mit einem Mitglied des Projekts.',
  },
  'relay.removed': {
    what: 'Dieses Gerät wurde am Relay entfernt.',
    why: 'Ein Mitglied des Projekts hat es entfernt; das Relay lässt es nicht mehr herein.',
    next: 'Fragen Sie diese Person. Um zurückzukommen, koppeln Sie erneut mit einem Mitglied.',
  },
  'relay.replaced': {
    what: 'Dieses Gerät ist von anderswo verbunden.',
    why: 'Ein anderer Prozess oder eine Kopie dieses Profils hat sich mit denselben Schlüsseln angemeldet und übernommen.',
    next: 'Beenden Sie das andere, und starten Sie ClawReach hier neu. Kopieren Sie nie ein Profil auf einen zweiten Rechner.',
  },
  'relay.rate': {
    what: 'Das Relay bittet, langsamer zu machen.',
    why: 'Von diesem Gerät oder seinem Netzwerk kamen zu viele Anfragen.',
    next: 'Warten Sie einen Moment; ClawReach versucht es von selbst erneut.',
  },
  'relay.busy': {
    what: 'Das Relay ist voll.',
    why: 'Es bedient so viele Geräte, wie es darf.',
    next: 'Warten Sie einen Moment; ClawReach versucht es weiter.',
  },
  'relay.shutdown': {
    what: 'Das Relay fährt herunter.',
    why: 'Sein Betreiber hält es an oder startet es neu.',
    next: 'Warten Sie einen Moment; ClawReach kommt von selbst zurück.',
  },
  'relay.restarting': {
    what: 'Das Relay startet neu.',
    why: 'Es hat das gesagt, und wann es wiederzukommen gilt.',
    next: 'Warten Sie einen Moment; ClawReach kommt von selbst zurück.',
  },
  'relay.limit': {
    what: 'Eine Grenze des Relays ist erreicht.',
    why: 'Dieses Gerät hat am Relay so viel offen, wie es darf.',
    next: 'Schließen Sie etwas, und versuchen Sie es erneut.',
  },
  'relay.format': {
    what: 'Das Relay hat dieses Gerät nicht verstanden.',
    why: 'Es hat eine Nachricht als fehlerhaft abgelehnt.',
    next: 'Aktualisieren Sie ClawReach auf diesem Gerät und auf dem Relay.',
  },
  'relay.order': {
    what: 'Das Relay hat dieses Gerät nicht verstanden.',
    why: 'Es hat eine Nachricht abgelehnt, die nicht an der Reihe war.',
    next: 'Starten Sie ClawReach neu; bleibt es so, aktualisieren Sie es auf diesem Gerät und auf dem Relay.',
  },
  'relay.not-allowed': {
    what: 'Das Relay erlaubt das nicht.',
    why: 'Dieses Gerät hat in seinem Projekt nicht die Stellung dafür.',
    next: 'Tun Sie es von dem Gerät aus, dem das Projekt gehört.',
  },
  'relay.nameplate': {
    what: 'Zu diesem Code gibt es keine Einladung.',
    why: 'Die ersten vier Zeichen sind falsch eingetippt, der Code ist abgelaufen, oder jemand hat ihn schon benutzt.',
    next: 'Vergleichen Sie ihn mit dem anderen Bildschirm, oder erstellen Sie dort einen neuen.',
  },
  'relay.mailbox': {
    what: 'Diese Kopplung kann jetzt nicht begonnen werden.',
    why: 'Auf diesem Gerät läuft eine andere Kopplung, oder die Einladung ist weg.',
    next: 'Schließen Sie die andere ab oder brechen Sie sie ab, oder erstellen Sie eine neue Einladung.',
  },
  'relay.protocol': {
    what: 'Das Relay hat das Protokoll verletzt, und die Verbindung wurde beendet.',
    why: 'Es hat etwas gesendet, das keinen Sinn ergibt: {reason}.',
    next: 'ClawReach verbindet sich von selbst wieder. Bleibt es so, aktualisieren Sie es und das Relay, oder verwenden Sie ein anderes Relay.',
  },
  'relay.lost': {
    what: 'Die Verbindung zum Relay ist abgerissen.',
    why: 'Das Netzwerk hat gewechselt oder schweigt, oder das Relay ist ausgefallen.',
    next: 'Warten Sie einen Moment; ClawReach kommt von selbst zurück.',
  },
  'relay.stopped': {
    what: 'Die Verbindung zum Relay wurde auf diesem Gerät beendet.',
    why: 'ClawReach wird beendet, oder ein anderes Relay wurde eingerichtet.',
    next: 'Starten Sie ClawReach wieder, wenn Sie erreichbar sein möchten.',
  },
  'relay.not-changed': {
    what: 'Das Relay wurde nicht geändert.',
    why: 'Unter {url} antwortet kein Relay, deshalb bleibt dieses Gerät bei {used}.',
    next: 'Prüfen Sie Adresse und Port und ob das Relay läuft, und versuchen Sie es noch einmal.',
  },
  'relay.not-connected': {
    what: 'Derzeit gibt es keine Verbindung zum Relay.',
    why: 'Dieses Gerät ist offline oder verbindet sich noch.',
    next: 'Versuchen Sie es gleich noch einmal. Bleibt es so, sehen Sie in den Einstellungen des Relays nach.',
  },
  'relay.no-answer': {
    what: 'Das andere Gerät hat nicht geantwortet.',
    why: 'Weder es noch das Relay hat rechtzeitig etwas gesagt.',
    next: 'Prüfen Sie, ob das andere Gerät wach ist, und versuchen Sie es erneut.',
  },
  'relay.aborted': {
    what: 'Die Verbindung wurde aufgegeben.',
    why: 'Auf diesem Gerät wurde abgebrochen.',
    next: 'Versuchen Sie es erneut, wann Sie möchten.',
  },
  'relay.closed': {
    what: 'Aus der Verbindung wurde nichts.',
    why: 'Das andere Gerät oder das Relay hat sie beendet, bevor sie stand.',
    next: 'Versuchen Sie es erneut.',
  },
  'relay.early-data': {
    what: 'Die Verbindung wurde beendet, weil Bytes darin nicht stimmten.',
    why: 'Auf dem Weg durch das Relay ging etwas verloren oder wurde verändert: {reason}.',
    next: 'Versuchen Sie es erneut. Bleibt es so, verwenden Sie ein anderes Relay.',
  },
  'relay.upgrade': {
    what: 'Das Relay hat keine Datenverbindung geöffnet.',
    why: 'Etwas zwischen diesem Gerät und dem Relay lässt sie nicht durch: {reason}.',
    next: 'Versuchen Sie es erneut; ClawReach hat für solche Netzwerke noch einen anderen Weg.',
  },
  'relay.data-connection': {
    what: 'Das Relay hat keine Datenverbindung geöffnet.',
    why: 'Sie endete oder stockte beim Aufbau: {reason}.',
    next: 'Versuchen Sie es erneut; bleibt es so, fragen Sie den Betreiber des Relays.',
  },
  'relay.refused.unknown': {
    what: 'Das Relay kennt das andere Gerät nicht.',
    why: 'Es ist an diesem Relay in keinem Projekt dieses Geräts Mitglied, oder es verwendet ein anderes Relay.',
    next: 'Koppeln Sie die beiden Geräte über dieses Relay erneut.',
  },
  'relay.refused.offline': {
    what: 'Das andere Gerät ist offline.',
    why: 'Es ist nicht mit dem Relay verbunden.',
    next: 'Starten Sie dort ClawReach, und prüfen Sie die Internetverbindung.',
  },
  'relay.refused.refused': {
    what: 'Das andere Gerät hat die Verbindung abgelehnt.',
    why: 'Es kennt dieses Gerät nicht mehr, nimmt seinen Schlüssel nicht an, oder sein Mensch erlaubt nur andere Wege.',
    next: 'Sehen Sie nach, ob dieser Rechner in der Liste des anderen steht; koppeln Sie erneut, wenn er fehlt.',
  },
  'relay.refused.busy': {
    what: 'Das andere Gerät ist beschäftigt.',
    why: 'Es hat so viele Verbindungen, wie es annimmt.',
    next: 'Warten Sie einen Moment, und versuchen Sie es erneut.',
  },
  'relay.refused.timeout': {
    what: 'Das andere Gerät hat nicht geantwortet.',
    why: 'Es ist mit dem Relay verbunden, hat aber innerhalb von 30 Sekunden nichts gesagt.',
    next: 'Prüfen Sie, ob es wach ist, und versuchen Sie es erneut.',
  },
  'relay.refused.rate': {
    what: 'Zu viele Verbindungen auf einmal.',
    why: 'Das Relay bittet, langsamer zu machen.',
    next: 'Warten Sie einen Moment, und versuchen Sie es erneut.',
  },
  'relay.refused.self': {
    what: 'Ein Gerät kann sich nicht mit sich selbst verbinden.',
    why: 'Der Peer ist ebendieses Gerät.',
    next: 'Wählen Sie ein anderes Gerät.',
  },
  'relay.refused.limit': {
    what: 'Es sind zu viele Verbindungen offen.',
    why: 'Dieses Gerät hat am Relay so viele Verbindungen, wie es darf.',
    next: 'Schließen Sie eine, und versuchen Sie es erneut.',
  },
  'relay.refused.gone': {
    what: 'Das andere Gerät ist gerade verschwunden.',
    why: 'Es hat das Relay verlassen, während es gerufen wurde.',
    next: 'Warten Sie, bis es zurück ist, und versuchen Sie es erneut.',
  },
};
