import type { TranslatedErrors } from '../load.ts';

export const FORWARDS_TEXTS: TranslatedErrors = {
  'forward.unknown': {
    what: 'Eine solche Regel gibt es nicht.',
    why: 'Sie wurde inzwischen entfernt, oder ihr Name schreibt sich anders.',
    next: 'Sehen Sie in der Liste der Weiterleitungen nach.',
  },
  'forward.unknown-connection': {
    what: 'Diese Verbindung ist vorbei.',
    why: 'Sie endete, bevor sie beendet werden konnte.',
    next: 'Nichts zu tun.',
  },
  'forward.name-taken': {
    what: 'Eine andere Regel heißt {name}.',
    why: 'Regeln werden an ihren Namen unterschieden.',
    next: 'Wählen Sie einen anderen Namen, oder ändern Sie die Regel, die ihn hat.',
  },
  'forward.too-many-rules': {
    what: 'Es können keine weiteren Regeln hinzugefügt werden.',
    why: 'Ein Gerät behält höchstens {most}.',
    next: 'Entfernen Sie, was nicht gebraucht wird.',
  },
  'forward.no-password': {
    what: 'Ein Passwort fehlt.',
    why: 'Programme sollen den Benutzer {user} nennen, und ein Benutzer ohne Passwort hält niemanden fern.',
    next: 'Geben Sie auch ein Passwort an, oder keinen Benutzer.',
  },
  'forward.secret-unreadable': {
    what: 'Das gespeicherte Passwort dieser Regel lässt sich nicht lesen.',
    why: 'Es wurde für ein anderes Gerät versiegelt: Das Profil wurde kopiert, oder der Schlüssel dieses Geräts ist neu.',
    next: 'Setzen Sie das Passwort erneut.',
  },
  'forward.kind-unavailable': {
    what: 'Regeln der Art {kind} laufen hier nicht.',
    why: 'Diese Version von ClawReach hat keinen Teil, der sie ausführt.',
    next: 'Aktualisieren Sie ClawReach, oder wählen Sie eine andere Art.',
  },
  'forward.target': {
    what: 'Die Regel sagt nicht, wohin ihre Verbindungen gehen.',
    why: 'Ein Tunnel für einen Port braucht ein Ziel; einer, der ein Proxy ist, hat keines.',
    next: 'Geben Sie Host und Port ein, zu denen sie führt.',
  },
  'forward.no-peer': {
    what: 'Der Peer dieser Regel ist nicht mehr bekannt.',
    why: 'Er wurde auf diesem Gerät vergessen.',
    next: 'Koppeln Sie ihn erneut, wählen Sie für die Regel einen anderen Peer, oder entfernen Sie die Regel.',
  },
  'forward.not-running': {
    what: 'Die Regel läuft nicht.',
    why: 'Sie ist ausgeschaltet oder konnte nicht starten.',
    next: 'Schalten Sie sie ein, und sehen Sie, was sie meldet.',
  },
  'forward.kind': {
    what: 'Eine Regel dieser Art hat nichts dergleichen.',
    why: 'Serverschlüsseln wird bei SSH-Tunneln vertraut; Wege werden bei automatischen Regeln ausprobiert.',
    next: 'Wählen Sie die gemeinte Regel.',
  },
  'forward.no-host-key': {
    what: 'Kein Schlüssel wartet auf Vertrauen.',
    why: 'Die Regel {name} hat keinen SSH-Server, oder ihr Server hat keinen unbekannten Schlüssel gezeigt.',
    next: 'Sehen Sie, was die Weiterleitung meldet.',
  },
  'forward.port-privileged': {
    what: 'Port {port} kann nicht geöffnet werden.',
    why: 'Dieses System behält Ports unter 1024 Administratoren vor.',
    next: 'Wählen Sie einen Port ab 1024, etwa {free}.',
  },
  'forward.address': {
    what: 'An {host} kann nichts lauschen.',
    why: 'Das ist derzeit keine Adresse dieses Rechners, oder gar keine.',
    next: 'Verwenden Sie 127.0.0.1 für Programme auf diesem Rechner; es wird von selbst erneut versucht, falls das Netzwerk zurückkommt.',
  },
  'forward.listen-failed': {
    what: 'Der Port {port} konnte nicht geöffnet werden.',
    why: '{message}',
    next: 'Wählen Sie einen anderen Port, oder starten Sie die Regel neu.',
  },
  'forward.asking': {
    what: '{peer} fragt dort nach.',
    why: 'Wohin die Verbindung geht, muss dort genehmigt werden.',
    next: 'Genehmigen Sie die Anfrage dort. „Immer erlauben“ erspart die Frage beim nächsten Mal.',
  },
  'forward.linking': {
    what: '{peer} ist derzeit nicht erreichbar.',
    why: 'Darauf wird gewartet; der Port bleibt offen.',
    next: 'Prüfen Sie, ob {peer} läuft und online ist. Es geht von selbst weiter.',
  },
  'forward.listener-closed': {
    what: '{peer} hat den Port geschlossen, der für diese Regel offen war.',
    why: 'Dort wurde ein Recht zurückgenommen, oder das Gerät wird beendet.',
    next: 'Es wird von selbst erneut gefragt; bleibt es so, sehen Sie sich die Rechte bei {peer} an.',
  },
  'forward.wireguard-silent': {
    what: 'WireGuard unter {target} beantwortet keinen Handshake.',
    why: 'Es läuft dort nicht, lauscht an einem anderen Port oder kennt den Schlüssel dieses Endes nicht.',
    next: 'Sehen Sie sich WireGuard an beiden Enden an: Schlüssel, erlaubte Adressen und den Port des anderen Endes.',
  },
  'forward.no-way': {
    what: 'Derzeit funktioniert kein Weg zu {peer}.',
    why: 'Die Verbindung antwortet nicht, und auch der SSH-Server der Regel, falls sie einen hat, ist nicht nutzbar.',
    next: 'Sehen Sie, was für jeden Weg versucht wurde. Es geht von selbst weiter, sobald einer funktioniert.',
  },
  'forward.no-datagrams': {
    what: 'Datagramme (UDP) können diesen Weg nicht gehen.',
    why: 'Die Regel nutzt jetzt ihren SSH-Server, und SSH überträgt nur Verbindungen.',
    next: 'Versuchen Sie es erneut, wenn die Verbindung zu {peer} funktioniert, oder lassen Sie das Programm TCP verwenden.',
  },
  'forward.one-password': {
    what: 'Eine Regel hat ein Passwort.',
    why: 'Programme sollen es dem Proxy nennen, und der SSH-Server verlangt ebenfalls eines.',
    next: 'Melden Sie sich am SSH-Server mit einem Schlüssel oder dem SSH-Agenten an, oder lassen Sie Programme ohne Benutzer herein.',
  },
  'forward.slower': {
    what: 'Die Verbindung funktioniert und ist deutlich langsamer als der SSH-Server.',
    why: 'Ihre Antworten dauern mehr als dreimal so lang.',
    next: 'Nichts zu tun: Neue Verbindungen nehmen sie wieder, wenn sie schnell ist.',
  },
  'forward.unsupported': {
    what: '{peer} kennt keine Weiterleitungen.',
    why: 'Die Version von ClawReach dort ist älter.',
    next: 'Aktualisieren Sie ClawReach dort.',
  },
  'forward.cancelled': {
    what: 'Die Verbindung wurde aufgegeben.',
    why: 'Das Programm, das sie wollte, ist weg, oder die Regel wurde beendet.',
    next: 'Nichts zu tun.',
  },
};
