import type { TranslatedErrors } from '../load.ts';

export const STORE_TEXTS: TranslatedErrors = {
  'store.secret-permissions': {
    what: 'Das Geheimnis dieses Geräts ist für andere lesbar und wird deshalb nicht verwendet.',
    why: '{file} ist für andere Benutzer dieses Rechners offen oder gehört einem von ihnen.',
    next: 'Machen Sie {file} für Ihr Konto privat. Hat es vielleicht jemand anderes gelesen, entfernen Sie das Profil und koppeln Sie dieses Gerät neu.',
  },
  'store.secret-length': {
    what: 'Das Geheimnis dieses Geräts ist beschädigt.',
    why: '{file} hat {length} Bytes statt 32.',
    next: 'Holen Sie die Datei aus einer Sicherung zurück, oder verschieben Sie sie und koppeln Sie dieses Gerät neu.',
  },
  'store.secret-exists': {
    what: 'Das Geheimnis dieses Geräts wurde nicht ersetzt.',
    why: '{file} ist vorhanden, und ein Geheimnis wird nie überschrieben.',
    next: 'Um mit einer neuen Identität zu beginnen, verschieben Sie zuerst die Datei; dann muss jeder Peer neu gekoppelt werden.',
  },
  'store.secret-lost': {
    what: 'Das Geheimnis dieses Geräts konnte nicht aufbewahrt werden.',
    why: 'Der Schlüsselspeicher hat es genommen und nicht zurückgegeben.',
    next: 'Entsperren Sie den Schlüsselspeicher Ihres Systems, oder verwenden Sie die Datei, und starten Sie erneut.',
  },
  'store.secret-sealed': {
    what: 'Das Geheimnis dieses Geräts liegt im Schlüsselspeicher des Systems, und nur die Anwendung kann es öffnen.',
    why: 'Die Anwendung hat es in {file} versiegelt. Es wurde keine neue Identität erzeugt.',
    next: 'Starten Sie die Anwendung ClawReach und lassen Sie sie laufen. Um es ohne sie zu verwenden, wählen Sie in der Anwendung: „Einstellungen“ > „Sicherheit“ > „Datei, die nur Sie lesen können“.',
  },
  'store.secret-conflict': {
    what: 'Dieses Profil hat zwei verschiedene Geheimnisse, deshalb wird keines verwendet.',
    why: '{file} und {sealed} gehören zu zwei Geräten; eines davon wurde hierher kopiert.',
    next: 'Verschieben Sie das, das nicht zu diesem Gerät gehört, und starten Sie dann erneut.',
  },
  'store.key-store-locked': {
    what: 'Der Schlüsselspeicher dieses Systems ist gesperrt oder läuft nicht.',
    why: 'Das Geheimnis dieses Geräts, {file}, wurde damit versiegelt ({backend}). Es wurde nichts geändert und keine neue Identität erzeugt.',
    next: 'Entsperren Sie den Schlüsselspeicher, zum Beispiel durch erneutes Anmelden am Desktop. ClawReach macht dann von selbst weiter.',
  },
  'store.key-store-missing': {
    what: 'Der Schlüsselspeicher, der das Geheimnis dieses Geräts enthält, ist nicht da.',
    why: '{file} wurde mit {backend} versiegelt, und dieser Desktop bietet keinen Schlüsselspeicher. Es wurde nichts geändert und keine neue Identität erzeugt.',
    next: 'Starten Sie ClawReach in dem Desktop, in dem es vorher lief.',
  },
  'store.key-store-refused': {
    what: 'Der Schlüsselspeicher öffnet das Geheimnis dieses Geräts nicht.',
    why: '{file} wurde mit {backend} versiegelt; der Schlüssel, den {now} jetzt gibt, ist ein anderer. Es wurde nichts geändert.',
    next: 'Stellen Sie den Schlüsselbund wieder her, oder verschieben Sie die Datei, um als neues Gerät zu beginnen; dann muss jeder Peer neu gekoppelt werden.',
  },
  'store.secret-gone': {
    what: 'Das Geheimnis dieses Geräts ist nicht mehr in seinem Profil.',
    why: 'Jemand hat es entfernt, während der Hintergrundprozess lief.',
    next: 'Holen Sie es aus einer Sicherung zurück, bevor Sie ClawReach beenden; sonst beginnt dieses Gerät als neues, und jeder Peer muss neu gekoppelt werden.',
  },
  'store.key-store-unavailable': {
    what: 'Der Schlüssel dieses Geräts wurde nicht verschoben.',
    why: 'Der Schlüsselspeicher dieses Systems ist nicht da, ist gesperrt oder hat nicht funktioniert. Der Schlüssel ist, wo er war.',
    next: 'Entsperren Sie den Schlüsselspeicher, zum Beispiel durch erneutes Anmelden am Desktop, und versuchen Sie es erneut.',
  },
  'store.directory-permissions': {
    what: 'Das Verzeichnis dieses Profils ist für andere Benutzer offen und wird deshalb nicht verwendet.',
    why: '{file} ist für andere als Sie zugänglich.',
    next: 'Machen Sie {file} für Ihr Konto privat, und starten Sie ClawReach wieder.',
  },
  'store.malformed': {
    what: 'Eine Datei dieses Profils ist beschädigt.',
    why: '{message}',
    next: 'Holen Sie die Datei aus einer Sicherung zurück, oder verschieben Sie sie, um ohne ihren Inhalt zu beginnen.',
  },
  'store.recovered': {
    what: 'Eine Datei dieses Profils war beschädigt; ihre letzte gute Kopie wird verwendet.',
    why: '{file} ist nicht zu verstehen. Die neueste Änderung darin fehlt vielleicht. Die beschädigte Datei wird aufbewahrt.',
    next: 'Sehen Sie nach, ob alles so ist, wie es sein soll. Werden wieder Dateien beschädigt, prüfen Sie den Datenträger.',
  },
  'store.restored': {
    what: 'Eine Datei dieses Profils fehlte; ihre letzte gute Kopie wird verwendet.',
    why: '{file} ist nicht da. Die neueste Änderung darin fehlt vielleicht.',
    next: 'Sehen Sie nach, ob alles so ist, wie es sein soll.',
  },
  'store.lost': {
    what: 'Eine Datei dieses Profils ist beschädigt, und ClawReach ist ohne ihren Inhalt gestartet.',
    why: '{file} ist nicht zu verstehen, und es gibt keine gute Kopie davon. Die beschädigte Datei wird aufbewahrt und nie überschrieben.',
    next: 'Beenden Sie ClawReach und holen Sie die Datei aus einer Sicherung zurück, oder machen Sie weiter und richten das Fehlende neu ein.',
  },
  'store.disk-full': {
    what: 'Der Datenträger ist voll, deshalb lassen sich keine Änderungen speichern.',
    why: 'In {directory} ist kein Platz mehr ({reason}). Was läuft, läuft weiter.',
    next: 'Schaffen Sie etwas Platz; ClawReach merkt es von selbst.',
  },
  'store.read-only': {
    what: 'In das Profil lässt sich nicht schreiben, deshalb lassen sich keine Änderungen speichern.',
    why: '{directory} darf nur gelesen werden ({reason}). Was läuft, läuft weiter.',
    next: 'Prüfen Sie die Zugriffsrechte des Verzeichnisses, und ob sein Datenträger nur zum Lesen eingehängt ist.',
  },
  'store.not-writable': {
    what: 'In das Profil lässt sich nicht schreiben, deshalb lassen sich keine Änderungen speichern.',
    why: 'Das Schreiben in {directory} ist fehlgeschlagen ({reason}). Was läuft, läuft weiter.',
    next: 'Prüfen Sie den Datenträger; ClawReach merkt von selbst, wenn wieder geschrieben werden kann.',
  },
  'store.newer': {
    what: 'Eine Datei dieses Profils wurde von einer späteren Version von ClawReach geschrieben.',
    why: '{file} hat Version {version}; dieses ClawReach kennt bis {supported}.',
    next: 'Aktualisieren Sie ClawReach, oder wählen Sie ein anderes Profil.',
  },
  'store.unreadable': {
    what: 'Eine Datei dieses Profils lässt sich nicht lesen.',
    why: '{file}: {reason}.',
    next: 'Prüfen Sie Eigentümer und Zugriffsrechte der Datei und ihres Verzeichnisses, und starten Sie dann erneut.',
  },
  'store.write': {
    what: 'Eine Änderung konnte nicht gespeichert werden und wurde deshalb nicht gemacht.',
    why: '{file}: {reason}.',
    next: 'Prüfen Sie freien Speicher und Zugriffsrechte, und versuchen Sie es dann erneut.',
  },
  'store.invalid': {
    what: 'Eine Änderung wurde nicht gemacht, weil sie später nicht wieder lesbar wäre.',
    why: '{message}',
    next: 'Versuchen Sie es mit anderen Werten; bleibt es so, melden Sie es mit dem Protokoll des Hintergrundprozesses.',
  },
};
