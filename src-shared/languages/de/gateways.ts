import type { TranslatedErrors } from '../load.ts';

export const GATEWAYS_TEXTS: TranslatedErrors = {
  'gateway.refused': {
    what: 'Am Port des Gateways antwortet nichts.',
    why: '{host} hat die Verbindung zu Port {port} abgelehnt: Das Gateway läuft dort nicht, lauscht an einem anderen Port oder nur für seinen eigenen Rechner, oder eine Firewall lehnt ab.',
    next: 'Prüfen Sie Host und Port mit dem Betreiber des Gateways, und ob es läuft. Es wird von selbst erneut versucht.',
  },
  'gateway.unreachable': {
    what: 'Der Rechner des Gateways ist nicht erreichbar.',
    why: 'Aus diesem Netzwerk führt kein Weg zu {host}, oder jener Rechner ist aus.',
    next: 'Prüfen Sie das Netzwerk dieses Rechners, das VPN, falls das Gateway hinter einem liegt, und den Host. Es wird von selbst erneut versucht.',
  },
  'gateway.name': {
    what: 'Der Host des Gateways wird nicht gefunden.',
    why: 'Der Name {host} hat keine Adresse: Er ist falsch geschrieben oder nur in einem anderen Netzwerk oder VPN bekannt.',
    next: 'Prüfen Sie den Namen, oder verwenden Sie stattdessen die Adresse. Es wird von selbst erneut versucht.',
  },
  'gateway.timeout': {
    what: 'Das Gateway hat nicht rechtzeitig geantwortet.',
    why: 'Eine Firewall verwirft, was dorthin gesendet wird, das Netzwerk ist langsam, oder das Gateway hängt.',
    next: 'Prüfen Sie Host und Port, und dass keine Firewall dazwischensteht. Es wird von selbst erneut versucht.',
  },
  'gateway.tls': {
    what: 'Es kam keine verschlüsselte Verbindung zum Gateway zustande.',
    why: 'TLS endete, bevor ein Zertifikat zu sehen war: {reason}.',
    next: 'Prüfen Sie den Port. Startet das Gateway gerade erst, warten Sie: Es wird von selbst erneut versucht.',
  },
  'gateway.plain-port': {
    what: 'Die beiden Seiten sind sich über TLS nicht einig.',
    why: 'Eine von beiden spricht an diesem Port TLS, die andere nicht. Es wurde nichts Geheimes gesendet.',
    next: 'Schalten Sie TLS passend zum Gateway ein oder aus, oder prüfen Sie den Port.',
  },
  'gateway.plain-refused': {
    what: 'Ohne TLS wird das Gateway nicht über ein öffentliches Netzwerk verbunden.',
    why: 'Jeder auf dem Weg zu {host} könnte das Token lesen und alles, was dort getan wird. Ohne TLS werden nur dieser Rechner und private Netzwerke genutzt.',
    next: 'Schalten Sie TLS ein, auch am Gateway, oder erreichen Sie es über ein VPN oder einen SSH-Tunnel.',
  },
  'gateway.plain-unconfirmed': {
    what: 'Ohne TLS kann jeder im Netzwerk zwischen Ihnen und {host} das Token lesen und alles, was Sie dort tun.',
    why: 'Sie haben das noch nicht akzeptiert. Es wurde nichts gesendet und nichts gespeichert.',
    next: 'Schalten Sie TLS am Gateway ein, verwenden Sie einen SSH-Tunnel oder akzeptieren Sie das Risiko.',
  },
  'gateway.not-gateway': {
    what: 'Was dort antwortet, ist kein OpenClaw-Gateway.',
    why: 'Unter dieser Adresse antwortet ein Programm, aber es spricht nicht das Protokoll des Gateways.',
    next: 'Prüfen Sie Host, Port und Pfad mit dem Betreiber des Gateways.',
  },
  'gateway.unavailable': {
    what: 'Das Gateway ist derzeit nicht da.',
    why: 'Ein Proxy davor hat mit Status {status} geantwortet.',
    next: 'Nichts zu tun: Es wird von selbst erneut versucht. Bleibt es so, fragen Sie den Betreiber des Gateways.',
  },
  'gateway.proxy-login': {
    what: 'Ein Proxy vor dem Gateway verlangt eine eigene Anmeldung.',
    why: 'Er hat mit Status {status} geantwortet, statt die Verbindung weiterzugeben, wie es Cloudflare Access und andere für Menschen mit einem Browser tun.',
    next: 'Erreichen Sie das Gateway auf einem anderen Weg, etwa über ein VPN oder einen SSH-Tunnel, oder lassen Sie den Proxy diese Adresse durchlassen.',
  },
  'gateway.lost': {
    what: 'Die Verbindung zum Gateway ging verloren.',
    why: 'Das Gateway hat sie beendet, oder das Netzwerk dazwischen ist ausgefallen (Schließcode {closeCode}).',
    next: 'Nichts zu tun: Sie wird von selbst wiederhergestellt.',
  },
  'gateway.closed': {
    what: 'Das Gateway ist nicht verbunden.',
    why: 'Die Verbindung ist ausgeschaltet oder wurde hier beendet.',
    next: 'Schalten Sie die Verbindung ein.',
  },
  'gateway.role-off': {
    what: 'Diese Verbindung zum Gateway ist ausgeschaltet.',
    why: 'Das Gateway wird hier als Operator, als Knoten oder als beides genutzt; dies hier ist nicht eingeschaltet.',
    next: 'Schalten Sie sie in den Einstellungen des Gateways ein.',
  },
  'gateway.slow': {
    what: 'Das Gateway hat die Verbindung beendet, weil dieses Gerät zu langsam gelesen hat.',
    why: 'Es wartete mehr auf dieses Gerät, als das Gateway aufhebt; das Netzwerk ist langsam, oder dieser Rechner war beschäftigt oder im Ruhezustand.',
    next: 'Nichts zu tun: Sie wird von selbst wiederhergestellt, und Listen werden neu gelesen.',
  },
  'gateway.fingerprint-unknown': {
    what: 'Das Zertifikat des Gateways ist noch nicht bekannt.',
    why: 'Dieses System vertraut ihm nicht, wie es bei einem selbst erstellten üblich ist. Bis jemand den Fingerabdruck verglichen hat, könnte jeder auf dem Weg dieses Gateway sein. Es wurde nichts dorthin gesendet.',
    next: 'Vergleichen Sie den Fingerabdruck mit dem, den das Gateway ausgibt, und entscheiden Sie dann.',
  },
  'gateway.fingerprint-changed': {
    what: 'Das Gateway zeigt ein anderes Zertifikat als das vertraute. Alles ist angehalten.',
    why: 'Es war {before} und ist {fingerprint}. Vielleicht steht jemand auf dem Weg, der das Token und alles, was durchläuft, haben will; oder das Zertifikat wurde neu erstellt, oder die Adresse führt jetzt zu einem anderen Gateway. Es wurde nichts dorthin gesendet.',
    next: 'Fragen Sie den Betreiber des Gateways. Vertrauen Sie dem neuen nur, wenn die Änderung erklärt ist und das Gateway dasselbe ausgibt.',
  },
  'gateway.fingerprint-invalid': {
    what: 'Das ist kein Fingerabdruck eines Zertifikats.',
    why: 'Ein Fingerabdruck hat 64 hexadezimale Ziffern, mit oder ohne Doppelpunkte, groß oder klein; {reason}.',
    next: 'Kopieren Sie ihn noch einmal, vollständig.',
  },
  'gateway.fingerprint-plain': {
    what: 'Ein Fingerabdruck braucht TLS.',
    why: 'Ohne TLS zeigt das Gateway kein Zertifikat, und somit nichts, womit der Fingerabdruck zu vergleichen wäre.',
    next: 'Schalten Sie TLS ein, oder nehmen Sie den Fingerabdruck weg.',
  },
  'gateway.token-missing': {
    what: 'Anmeldung fehlgeschlagen: Das Gateway verlangt ein Token.',
    why: 'Dafür ist hier kein Token gespeichert, und dieses Gerät hat dort noch kein eigenes.',
    next: 'Fragen Sie den Betreiber des Gateways nach dem Token oder einem Einrichtungscode.',
  },
  'gateway.token-wrong': {
    what: 'Anmeldung fehlgeschlagen: Das Gateway nimmt das Token nicht an.',
    why: 'Es ist nicht das dieses Gateways, wurde nur teilweise kopiert oder geändert. Es zählt gateway.auth.token des Gateways; im lokalen Modus wird gateway.remote.token ignoriert.',
    next: 'Vergleichen Sie es mit gateway.auth.token in den Einstellungen dort, und geben Sie es neu ein. Bis dahin wird nichts versucht.',
  },
  'gateway.local-token-ignored': {
    what: 'Dieses Token ist nicht das, mit dem das Gateway vergleicht.',
    why: 'Diese Einstellungen sind die des lokalen Modus, in dem OpenClaw gateway.remote.token ignoriert.',
    next: 'Verwenden Sie den Wert von gateway.auth.token in denselben Einstellungen.',
  },
  'gateway.password-missing': {
    what: 'Anmeldung fehlgeschlagen: Das Gateway verlangt ein Passwort.',
    why: 'Dafür ist hier kein Passwort gespeichert.',
    next: 'Fragen Sie den Betreiber des Gateways danach, und geben Sie es ein.',
  },
  'gateway.password-wrong': {
    what: 'Anmeldung fehlgeschlagen: Das Gateway nimmt das Passwort nicht an.',
    why: 'Es ist nicht das dieses Gateways oder wurde geändert.',
    next: 'Fragen Sie den Betreiber des Gateways, und geben Sie es neu ein. Bis dahin wird nichts versucht.',
  },
  'gateway.device-token-wrong': {
    what: 'Anmeldung fehlgeschlagen: Was das Gateway diesem Gerät gegeben hat, gilt nicht mehr.',
    why: 'Jemand hat es am Gateway widerrufen oder erneuert.',
    next: 'Geben Sie das Token des Gateways ein, damit dieses Gerät erneut um Genehmigung bitten kann.',
  },
  'gateway.setup-invalid': {
    what: 'Der Einrichtungscode gilt nicht mehr.',
    why: 'Er gilt für einmal und zehn Minuten und wurde benutzt, ist zu alt, wurde widerrufen oder nur teilweise kopiert.',
    next: 'Fragen Sie den Betreiber des Gateways nach einem neuen.',
  },
  'gateway.setup-expired': {
    what: 'Der Einrichtungscode ist zu alt.',
    why: 'Er galt zehn Minuten, und die sind nach der Uhr dieses Rechners vorbei.',
    next: 'Fragen Sie den Betreiber des Gateways nach einem neuen. Ist er neu, stellen Sie die Uhr dieses Rechners.',
  },
  'gateway.auth-unset': {
    what: 'Das Gateway hat kein Token oder Passwort zum Vergleichen.',
    why: 'Es ist so eingerichtet, dass es eines verlangt, und keines ist dort gesetzt.',
    next: 'Sagen Sie es dem Betreiber des Gateways.',
  },
  'gateway.scope-mismatch': {
    what: 'Das Gateway gibt diesem Gerät nicht die Rechte, um die es bittet.',
    why: 'Für dieses Gerät wurden weniger genehmigt, als sein Zugang hier braucht.',
    next: 'Genehmigen Sie sie am Gateway, oder stellen Sie den Zugang hier auf „Nur ansehen“.',
  },
  'gateway.unauthorized': {
    what: 'Anmeldung fehlgeschlagen: Das Gateway lehnt dieses Gerät ab.',
    why: 'Es sagt: {message}.',
    next: 'Fragen Sie den Betreiber des Gateways, wie dort Geräte zugelassen werden.',
  },
  'gateway.pairing': {
    what: 'Das Gateway muss dieses Gerät zuerst genehmigen.',
    why: 'Es ist dort bekannt und wartet auf die Entscheidung einer Person.',
    next: 'Der Betreiber des Gateways genehmigt es dort. Danach geht es von selbst weiter.',
  },
  'gateway.pairing-rejected': {
    what: 'Die Anfrage dieses Geräts wurde am Gateway abgelehnt.',
    why: 'Der Betreiber des Gateways hat Nein gesagt oder die Anfrage auslaufen lassen.',
    next: 'Fragen Sie nach, und versuchen Sie es dann erneut.',
  },
  'gateway.rate-limited': {
    what: 'Das Gateway hört diesem Gerät {retryAfter} Sekunden lang nicht zu.',
    why: 'Von dieser Adresse kamen zu viele fehlgeschlagene Versuche.',
    next: 'Warten Sie; nach Ablauf der Zeit wird es von selbst erneut versucht. Prüfen Sie inzwischen das Token.',
  },
  'gateway.protocol': {
    what: 'Dieses Gerät und das Gateway haben verschiedene Versionen.',
    why: 'Die Version des Protokolls ist hier {ours} und am Gateway {theirs}.',
    next: 'Aktualisieren Sie das ältere von beiden, und verbinden Sie dann erneut.',
  },
  'gateway.version': {
    what: 'Das Gateway lehnt diese Version ab.',
    why: 'Dieses Gerät nennt Version {ours}, das Gateway hat Version {theirs}.',
    next: 'Aktualisieren Sie das ältere von beiden, und verbinden Sie dann erneut.',
  },
  'gateway.signature': {
    what: 'Das Gateway hat die Signatur dieses Geräts nicht angenommen.',
    why: 'Was ankam, ist nicht, was gesendet wurde, oder es prüft Signaturen auf andere Weise ({detailsCode}). Ein Proxy dazwischen verändert vielleicht, was gesendet wird.',
    next: 'Aktualisieren Sie ClawReach und das Gateway. Bleibt es so, entfernen Sie das Gateway hier und fügen es wieder hinzu: Das erzeugt neue Schlüssel.',
  },
  'gateway.clock': {
    what: 'Die Signatur dieses Geräts war für das Gateway zu alt.',
    why: 'Die Uhren liegen mehr als zwei Minuten auseinander, oder die Verbindung wurde unterwegs aufgehalten.',
    next: 'Stellen Sie die Uhren beider Rechner, und verbinden Sie dann erneut.',
  },
  'gateway.identity': {
    what: 'Das Gateway möchte wissen, welches Gerät dies ist.',
    why: 'Es hat keinen Schlüssel dieses Geräts bekommen.',
    next: 'Aktualisieren Sie ClawReach und das Gateway, und verbinden Sie dann erneut.',
  },
  'gateway.keys-unreadable': {
    what: 'Die Schlüssel für dieses Gateway lassen sich nicht lesen.',
    why: 'Sie sind für ein anderes Gerät oder Profil versiegelt, oder die Datei ist beschädigt.',
    next: 'Entfernen Sie das Gateway und fügen Sie es wieder hinzu; es muss dieses Gerät noch einmal genehmigen.',
  },
  'gateway.starting': {
    what: 'Das Gateway startet.',
    why: 'Es antwortet schon, ist aber noch nicht bereit.',
    next: 'Nichts zu tun: Es wird gleich noch einmal versucht.',
  },
  'gateway.restarting': {
    what: 'Das Gateway startet neu.',
    why: 'Es hat das gesagt, bevor es die Verbindung beendet hat. Bis es gestartet ist, antwortet es niemandem.',
    next: 'Nichts zu tun: Es wird etwa jede Sekunde gefragt und verbunden, sobald es antwortet. Das dauert Sekunden, auf einem ausgelasteten Rechner bis zu einer Minute.',
  },
  'gateway.origin': {
    what: 'Das Gateway lässt diese Adresse nicht verbinden.',
    why: 'Es hält dieses Gerät für eine Seite in einem Browser und lässt nur Seiten ein, die es kennt. Ein Proxy dazwischen fügt vielleicht einen solchen Header hinzu.',
    next: 'Verbinden Sie ohne diesen Proxy, oder fragen Sie den Betreiber des Gateways.',
  },
  'gateway.removed': {
    what: 'Das Gateway hat den Zugang dieses Geräts beendet.',
    why: 'Jemand hat dieses Gerät dort entfernt, sein Token erneuert oder widerrufen oder geändert, wie sich Geräte anmelden.',
    next: 'Verbindet es sich nicht von selbst wieder, fragen Sie den Betreiber des Gateways und geben dessen Token ein.',
  },
  'gateway.refused-connect': {
    what: 'Das Gateway hat die Verbindung abgelehnt.',
    why: 'Es sagt: {message}.',
    next: 'Aktualisieren Sie ClawReach und das Gateway, und verbinden Sie dann erneut. Bleibt es so, sehen Sie im Protokoll des Gateways nach.',
  },
  'gateway.scope': {
    what: 'Das Gateway lässt dieses Gerät das nicht tun.',
    why: 'Das Recht {missing} fehlt.',
    next: 'Stellen Sie den Zugang zu diesem Gateway auf vollen Zugang und lassen Sie das dort genehmigen; oder tun Sie es am Gateway.',
  },
  'gateway.request': {
    what: 'Das Gateway hat abgelehnt.',
    why: 'Es sagt: {message}.',
    next: 'Kümmern Sie sich um das, was es nennt. Nennt es nichts, lesen Sie die Listen neu: Worum es ging, ist vielleicht erledigt oder verschwunden.',
  },
  'gateway.too-large': {
    what: 'Das ist mehr, als das Gateway auf einmal annimmt.',
    why: 'Es hat {size} Bytes, und das Gateway nimmt {limit} an.',
    next: 'Senden Sie weniger auf einmal.',
  },
  'gateway.unknown': {
    what: 'Kein Gateway heißt {name}.',
    why: 'Auf diesem Gerät gibt es keines mit diesem Namen oder dieser ID.',
    next: 'Sehen Sie in der Liste der Gateways nach.',
  },
  'gateway.ambiguous': {
    what: 'Mit {name} sind mehrere Gateways gemeint.',
    why: 'Mehr als eines hat diesen Namen oder eine ID, die so beginnt.',
    next: 'Wählen Sie es aus der Liste der Gateways.',
  },
  'gateway.exists': {
    what: 'Ein Gateway mit diesem Namen gibt es schon.',
    why: 'Jedes hat einen eigenen Namen; Groß- und Kleinschreibung zählt dabei nicht.',
    next: 'Wählen Sie einen anderen Namen, oder ändern Sie das vorhandene.',
  },
  'gateway.handover-local': {
    what: 'Ohne eine Adresse, die dorthin führt, gibt es keinen Einrichtungscode.',
    why: 'Dieses Gateway ist hier unter einer Adresse dieses Rechners selbst bekannt, unter der kein anderer Rechner es erreicht, und es kennt keine bessere.',
    next: 'Geben Sie an, wie es von dort erreichbar ist.',
  },
  'gateway.too-many': {
    what: 'Es können keine weiteren Gateways hinzugefügt werden.',
    why: 'Ein Gerät behält höchstens 64.',
    next: 'Entfernen Sie eines, das nicht mehr benutzt wird.',
  },
  'gateway.draft-unknown': {
    what: 'Was gelesen wurde, ist nicht mehr da.',
    why: 'Ein gelesener Einrichtungscode, Link oder eine Datei wird zehn Minuten aufbewahrt, längstens bis zum Neustart von ClawReach.',
    next: 'Fügen Sie es noch einmal ein.',
  },
  'gateway.draft-elsewhere': {
    what: 'Was gelesen wurde, ist für ein anderes Gateway.',
    why: 'Das Geheimnis darin gilt für {host} und wird nirgendwohin sonst gesendet, auch nicht ohne TLS, wo es für TLS gedacht war.',
    next: 'Verwenden Sie die Adresse, die es nennt, oder lesen Sie, was für dieses Gateway gedacht ist; oder fügen Sie dieses mit seinem eigenen Token hinzu.',
  },
  'gateway.confirm': {
    what: 'Der neue Fingerabdruck wurde nicht bestätigt.',
    why: 'Ein Zertifikat, das an die Stelle eines vertrauten tritt, braucht die letzten vier Ziffern seines Fingerabdrucks.',
    next: 'Vergleichen Sie den ganzen Fingerabdruck mit dem des Gateways, und geben Sie dann seine letzten vier Ziffern ein.',
  },
  'gateway.endpoint-invalid': {
    what: 'Das ist keine Adresse eines Gateways.',
    why: 'Das Feld {field} ist nicht verwendbar: {reason}.',
    next: 'Geben Sie einen Host ein, etwa gateway.example oder 192.168.1.10, mit einem Port (18789, wenn nichts anderes gesagt wurde), oder wss://host:port/.',
  },
  'gateway.text-invalid': {
    what: 'Das lässt sich nicht lesen.',
    why: 'Es ist weder ein Einrichtungscode noch ein Beitrittslink, eine Adresse oder der Text einer openclaw.json oder node.json.',
    next: 'Kopieren Sie alles, vom ersten bis zum letzten Zeichen, und fügen Sie es noch einmal ein.',
  },
  'gateway.text-local': {
    what: 'Diese Einstellungen nennen kein Gateway auf einem anderen Rechner.',
    why: 'Es sind die des Rechners, auf dem das Gateway selbst läuft: gateway.remote.url fehlt.',
    next: 'Fügen Sie auf jenem Rechner ws://127.0.0.1:18789 hinzu (wss://, wenn es TLS hat; der Port steht in gateway.port). Auf einem anderen geben Sie seine Adresse ein oder verwenden einen Einrichtungscode.',
  },
  'gateway.join-refused': {
    what: 'Der Beitrittslink gibt keinen Einrichtungscode her.',
    why: 'Er funktioniert einmal und zehn Minuten lang; was dort geantwortet hat, gab nichts oder etwas anderes.',
    next: 'Fragen Sie den Betreiber des Gateways nach einem neuen Link oder einem Einrichtungscode.',
  },
  'gateway.join-untrusted': {
    what: 'Der Beitrittslink wurde nicht geöffnet.',
    why: 'Dieses System vertraut dem Zertifikat dort nicht, also könnte von jedem stammen, was es gibt: {reason}.',
    next: 'Fragen Sie den Betreiber des Gateways nach dem Einrichtungscode selbst; er braucht kein vertrautes Zertifikat.',
  },
  'gateway.discovery': {
    what: 'Das lokale Netzwerk kann nicht nach Gateways durchsucht werden.',
    why: 'Das System lässt ClawReach nicht auf Ankündigungen lauschen: {reason}.',
    next: 'Geben Sie stattdessen Host und Port ein, oder erlauben Sie es in der Firewall dieses Rechners.',
  },
};
