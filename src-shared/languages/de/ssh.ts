import type { TranslatedErrors } from '../load.ts';

export const SSH_TEXTS: TranslatedErrors = {
  'ssh.connecting': {
    what: 'Verbindung zum SSH-Server {host} wird hergestellt.',
    why: 'Die Regel ist eben erst gestartet.',
    next: 'Nichts zu tun.',
  },
  'ssh.opening': {
    what: 'Der Port am SSH-Server {host} wird geöffnet.',
    why: 'Die Verbindung zum Server steht; er hat noch nicht gesagt, dass er lauscht.',
    next: 'Nichts zu tun.',
  },
  'ssh.unreachable': {
    what: 'Der SSH-Server ist nicht erreichbar.',
    why: 'Es führt kein Weg zu ihm, oder an seinem Port antwortet nichts: {reason}.',
    next: 'Prüfen Sie Host und Port des Servers und das Netzwerk dieses Rechners. Es wird von selbst erneut versucht.',
  },
  'ssh.lost': {
    what: 'Die Verbindung zum SSH-Server ging verloren.',
    why: 'Der Server hat sie beendet, antwortet nicht mehr, oder das Netzwerk dazwischen ist ausgefallen.',
    next: 'Nichts zu tun: Sie wird von selbst wiederhergestellt, und der Port bleibt derselbe.',
  },
  'ssh.closed': {
    what: 'Der SSH-Server hat die Verbindung beendet.',
    why: 'Er sagt: {reason}.',
    next: 'Sehen Sie im Protokoll des Servers nach. Es wird von selbst erneut versucht.',
  },
  'ssh.protocol': {
    what: 'Der SSH-Server wurde nicht verstanden.',
    why: 'Was dort antwortet, ist kein SSH-Server, einer, der anders spricht, oder was er gesendet hat, wurde auf dem Weg beschädigt: {reason}.',
    next: 'Prüfen Sie Host und Port des Servers, und versuchen Sie es erneut.',
  },
  'ssh.algorithm': {
    what: 'Der SSH-Server bietet nichts an, das sicher genug ist.',
    why: 'Beide Seiten haben nichts Gemeinsames für: {what}. ClawReach verwendet weder SHA-1 noch CBC und innerhalb der Anwendung kein einfaches Diffie-Hellman.',
    next: 'Aktualisieren Sie den SSH-Server, oder erlauben Sie dort curve25519-sha256, AES-GCM oder AES-CTR und Schlüssel der Art ed25519, ECDSA oder rsa-sha2.',
  },
  'ssh.host-key-unknown': {
    what: 'Der SSH-Server ist noch nicht bekannt.',
    why: 'Er zeigt den Schlüssel {fingerprint}. Bis ihn jemand verglichen hat, könnte jeder auf dem Weg dieser Server sein.',
    next: 'Vergleichen Sie den Fingerabdruck mit dem, den der Server selbst ausgibt, und vertrauen Sie ihm dann.',
  },
  'ssh.host-key-changed': {
    what: 'Der SSH-Server zeigt einen anderen Schlüssel als bisher.',
    why: 'Er war {before} und ist {fingerprint}. Vielleicht steht jemand auf dem Weg und liest alles mit; oder der Server wurde neu aufgesetzt. Es wurde nichts dorthin gesendet.',
    next: 'Fragen Sie den Betreiber des Servers. Vertrauen Sie dem neuen Schlüssel nur, wenn die Änderung erklärt ist.',
  },
  'ssh.host-key-revoked': {
    what: 'Der Schlüssel des SSH-Servers ist widerrufen.',
    why: 'Die Datei ~/.ssh/known_hosts sagt, dass {fingerprint} nicht mehr vertraut werden darf.',
    next: 'Fragen Sie den Betreiber des Servers.',
  },
  'ssh.host-key-other': {
    what: 'Der SSH-Server zeigt einen anderen Schlüssel als den, dem vertraut werden soll.',
    why: 'Der Fingerabdruck {fingerprint} ist nicht der des zuletzt gezeigten Schlüssels.',
    next: 'Sehen Sie sich die Regel noch einmal an, und vergleichen Sie den Fingerabdruck, den sie jetzt zeigt.',
  },
  'ssh.login-refused': {
    what: 'Der SSH-Server lässt diese Anmeldung nicht zu.',
    why: 'Er würde annehmen: {methods}. Er hat abgelehnt, was ihm angeboten wurde, oder nichts davon war zum Anbieten da.',
    next: 'Prüfen Sie den Benutzer und den Schlüssel oder das Passwort. Die Regel versucht es wieder, wenn sie geändert oder neu gestartet wird, damit das Konto nicht gesperrt wird.',
  },
  'ssh.password-missing': {
    what: 'Für den SSH-Server fehlt ein Passwort.',
    why: 'Die Regel meldet sich mit einem Passwort an, und keines ist gespeichert.',
    next: 'Setzen Sie das Passwort der Regel, oder lassen Sie sie sich mit einem Schlüssel anmelden.',
  },
  'ssh.key-file-missing': {
    what: 'Die Schlüsseldatei lässt sich nicht lesen.',
    why: '{file} ist nicht da, oder dieses Konto darf sie nicht lesen.',
    next: 'Prüfen Sie den Pfad, und starten Sie dann die Regel neu.',
  },
  'ssh.key-file-passphrase': {
    what: 'Die Schlüsseldatei bleibt verschlossen.',
    why: '{file} ist verschlüsselt, und die Passphrase fehlt oder ist falsch.',
    next: 'Setzen Sie die Passphrase als Passwort der Regel, oder verwenden Sie einen Schlüssel-Agenten.',
  },
  'ssh.key-file-format': {
    what: 'Die Schlüsseldatei ist nicht verwendbar.',
    why: '{file} enthält keinen privaten Schlüssel in einer hier bekannten Form: OpenSSH, PEM oder PuTTY, mit ed25519, ECDSA oder RSA.',
    next: 'Wählen Sie den privaten Schlüssel, nicht die Datei, die auf .pub endet.',
  },
  'ssh.agent-missing': {
    what: 'Es gibt keinen Schlüssel-Agenten.',
    why: 'SSH_AUTH_SOCK war beim Start von ClawReach nicht gesetzt, oder der Agent dahinter antwortet nicht.',
    next: 'Starten Sie den Agenten, und ClawReach aus einer Sitzung, die ihn kennt; oder lassen Sie die Regel eine Schlüsseldatei verwenden.',
  },
  'ssh.agent-empty': {
    what: 'Der Schlüssel-Agent hat keinen Schlüssel.',
    why: 'Er antwortet und hat keinen, der dem Server angeboten werden könnte.',
    next: 'Fügen Sie ihm einen Schlüssel hinzu. Es wird von selbst erneut versucht.',
  },
  'ssh.forward-refused': {
    what: 'Der SSH-Server leitet das nicht weiter.',
    why: 'Seine Einstellungen verbieten es: AllowTcpForwarding, PermitOpen oder PermitListen, oder der Port liegt unter 1024.',
    next: 'Fragen Sie den Betreiber des Servers.',
  },
  'ssh.port-taken': {
    what: 'Port {port} am SSH-Server ist nicht frei.',
    why: 'Ein anderes Programm lauscht dort, oder eine frühere Verbindung, die der Server noch für lebendig hält.',
    next: 'Wählen Sie einen anderen Port. Eine Regel, die bleibt, versucht es von selbst erneut.',
  },
};
