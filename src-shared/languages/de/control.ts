import type { TranslatedErrors } from '../load.ts';

export const CONTROL_TEXTS: TranslatedErrors = {
  internal: {
    what: 'In ClawReach ist etwas schiefgegangen.',
    why: '{message}',
    next: 'Versuchen Sie es noch einmal. Bleibt das Problem, starten Sie ClawReach neu.',
  },
  'control.not-running': {
    what: 'ClawReach läuft für dieses Profil nicht.',
    why: 'Das Profil ist {path}; kein Hintergrundprozess hat es geöffnet.',
    next: 'Starten Sie ClawReach wieder.',
  },
  'control.in-use': {
    what: 'ClawReach läuft für dieses Profil schon.',
    why: 'Der Prozess {pid} hat es; für jedes Profil gibt es einen Hintergrundprozess.',
    next: 'Verwenden Sie das schon offene Fenster, oder beenden Sie das andere ClawReach.',
  },
  'control.forbidden': {
    what: 'Das laufende ClawReach gehört einem anderen Benutzer.',
    why: '{path} darf nur vom Eigentümer benutzt werden.',
    next: 'Melden Sie sich als dieser Benutzer an, oder verwenden Sie ein eigenes Profil.',
  },
  'control.stranger': {
    what: 'Was hier antwortet, ist nicht das ClawReach dieses Profils; es wurde nichts gesendet.',
    why: 'Es hat nicht bewiesen, dass es den Schlüssel dieses Profils kennt: Vielleicht hat es ein anderer Benutzer dieses Computers gestartet.',
    next: 'Melden Sie die anderen Benutzer ab oder starten Sie den Computer neu, und starten Sie dann ClawReach. Sagen Sie es der Person, die den Computer betreut.',
  },
  'control.directory': {
    what: 'Das Verzeichnis des Steuer-Sockets ist nicht sicher und wird deshalb nicht benutzt.',
    why: '{directory} gehört einem anderen Benutzer oder ist für andere zugänglich.',
    next: 'Machen Sie das Verzeichnis privat, wenn es Ihnen gehört, oder verwenden Sie ein anderes Profil.',
  },
  'control.path': {
    what: 'Der Steuer-Socket kann nicht angelegt werden.',
    why: '{path} ist vorhanden und kein Socket.',
    next: 'Verschieben Sie es und starten Sie erneut.',
  },
  'control.slow': {
    what: 'Das wird nicht rechtzeitig fertig.',
    why: 'Der Hintergrundprozess läuft und antwortet, aber {call} ist noch ohne Antwort.',
    next: 'Versuchen Sie es noch einmal. Bleibt es so, starten Sie ClawReach neu.',
  },
  'control.timeout': {
    what: 'Der Hintergrundprozess antwortet nicht.',
    why: 'Eine Verbindung zu {path} wurde nicht rechtzeitig angenommen.',
    next: 'Versuchen Sie es noch einmal; bleibt es so, halten Sie den Hintergrundprozess an und starten Sie ihn neu.',
  },
  'control.failed': {
    what: 'Der Hintergrundprozess ist nicht erreichbar.',
    why: '{path}: {reason}.',
    next: 'Versuchen Sie es noch einmal; bleibt es so, halten Sie den Hintergrundprozess an und starten Sie ihn neu.',
  },
  'control.lost': {
    what: 'Die Verbindung zum Hintergrundprozess ist abgerissen.',
    why: 'Der Hintergrundprozess ist beendet oder hat die Verbindung geschlossen.',
    next: 'ClawReach verbindet sich von selbst wieder. Wenn nicht, starten Sie es neu.',
  },
  'control.stopped': {
    what: 'Der Hintergrundprozess dieses Geräts wurde angehalten.',
    why: 'Jemand hier hat ihn beendet, oder die Anwendung, zu der er gehört.',
    next: 'Starten Sie ClawReach wieder, wann Sie möchten.',
  },
  'agent.paused': {
    what: 'Dieses Gerät pausiert.',
    why: 'Sie haben es angehalten: Es hat keine Verbindungen und stellt keine her.',
    next: 'Drücken Sie oben im Fenster „Fortsetzen“, oder warten Sie, bis die Pause vorbei ist.',
  },
  'agent.pause-until': {
    what: 'Die Pause wurde nicht begonnen.',
    why: 'Ihr Ende muss innerhalb der nächsten dreißig Tage liegen.',
    next: 'Wählen Sie ein anderes Ende, oder keines.',
  },
  'agent.pause-unsaved': {
    what: 'Die Änderung der Pause konnte nicht gespeichert werden.',
    why: 'Sie gilt jetzt, aber nach einem Neustart von ClawReach wäre dieses Gerät wie zuvor.',
    next: 'Prüfen Sie freien Speicher und Zugriffsrechte des Profils, dann pausieren Sie noch einmal oder setzen fort.',
  },
  'control.cancelled': {
    what: 'Abgebrochen.',
    why: 'Sie haben das abgebrochen, oder das Programm, das gefragt hat.',
    next: 'Starten Sie es erneut, wann Sie möchten.',
  },
  'control.invalid': {
    what: 'Die Anfrage wurde nicht verstanden.',
    why: '{message}',
    next: 'Prüfen Sie Ihre Eingabe. Ist sie richtig, starten Sie ClawReach neu.',
  },
  'control.unknown-call': {
    what: 'Der Hintergrundprozess kennt diese Anfrage nicht.',
    why: 'Fenster und Hintergrundprozess haben verschiedene Versionen: Er kennt den Aufruf {call} nicht.',
    next: 'Starten Sie ClawReach neu, damit beide dieselbe Version haben.',
  },
  'control.protocol': {
    what: 'Der Hintergrundprozess und dieses Programm verstehen einander nicht.',
    why: '{message}',
    next: 'Starten Sie ClawReach neu, damit beide dieselbe Version haben.',
  },
  'control.busy': {
    what: 'Zu viele Anfragen auf einmal.',
    why: 'Der Hintergrundprozess nimmt {limit} zugleich von einem Programm an.',
    next: 'Warten Sie, bis einige erledigt sind, und versuchen Sie es dann erneut.',
  },
  'control.too-large': {
    what: 'Die Antwort ist zu groß.',
    why: 'Sie passt nicht in eine Nachricht.',
    next: 'Fragen Sie nach weniger auf einmal.',
  },
  'control.channel-ended': {
    what: 'Diese Richtung des Terminals ist beendet.',
    why: 'Darüber kann nichts mehr gesendet werden.',
    next: 'Öffnen Sie das Terminal erneut.',
  },
  'usage.no-profile': {
    what: 'Unter {path} gibt es kein Profil von ClawReach.',
    why: 'Dieser Befehl verwendet ein Profil und legt keines an. Es wurde nichts geändert.',
    next: 'Wählen Sie einen anderen Ordner für das Profil.',
  },
  'usage.command-line': {
    what: '{reason}',
    why: 'Es wurde nichts getan.',
    next: 'Starten Sie ClawReach ohne das, was es nicht kennt.',
  },
  'usage.duration': {
    what: '{text} ist keine Dauer.',
    why: 'Eine Dauer ist eine Zahl mit Einheit, höchstens ein Jahr: 90s, 30m, 2h, 1h30m, 7d, 2w.',
    next: 'Wählen Sie eine der angebotenen Zeiten.',
  },
  'usage.for': {
    what: 'Nur ein gegebenes Recht hat ein Ende.',
    why: 'Eine Ablehnung gilt, bis sie geändert wird.',
    next: 'Erlauben Sie es oder lassen Sie sich fragen, und setzen Sie dann das Ende.',
  },
  'usage.target': {
    what: '„{target}“ ist kein Ziel.',
    why: 'Ein Ziel ist HOST:PORTS: ein Name, eine Adresse oder ein Netzwerk, IPv6 in Klammern; ein Port, ein Bereich wie 8000-8100 oder *.',
    next: 'Etwa localhost:5432, 10.0.0.0/8:* oder [fd00::5]:22.',
  },
  'usage.right': {
    what: 'Ein Recht namens {right} gibt es nicht.',
    why: 'Rechte sind: {rights}.',
    next: 'Wählen Sie eines der gezeigten Rechte.',
  },
  'usage.rights-conflict': {
    what: '{right} ist zweimal genannt.',
    why: 'Ein Recht wird erlaubt, erfragt oder verweigert.',
    next: 'Nennen Sie es einmal.',
  },
  'usage.terminal': {
    what: 'Auf {name} gibt es kein Terminal {terminal}.',
    why: 'Eine ID hat 32 Ziffern von 0 bis f; ihr Anfang genügt, wenn er zu einem Terminal passt. Ein Terminal verschwindet, wenn sein Programm endet oder zehn Minuten lang niemand zurückkommt.',
    next: 'Öffnen Sie ein neues Terminal.',
  },
  'usage.no-terminal': {
    what: '{option} braucht dort ein Terminal, und dieser Befehl läuft ohne.',
    why: 'Ein Befehl hat dort nur dann ein Terminal, wenn Eingabe und Ausgabe hier eines sind.',
    next: 'Fügen Sie `-tt` hinzu, das trotzdem eines öffnet, oder lassen Sie {option} weg.',
  },
  'usage.peer': {
    what: 'Welcher Peer?',
    why: 'Es gibt mehrere: {peers}.',
    next: 'Wählen Sie einen davon.',
  },
  'usage.no-peer': {
    what: 'Es gibt noch keinen Peer.',
    why: 'Eine Weiterleitung führt über ein anderes Gerät, das mit diesem gekoppelt ist.',
    next: 'Koppeln Sie zuerst eines, unter „Peers“.',
  },
  'usage.enable': {
    what: 'Geben Sie an, was geöffnet werden soll.',
    why: 'Es ist entweder etwas Neues oder eine vorhandene Weiterleitung.',
    next: 'Wählen Sie eine Art oder eine der Weiterleitungen in der Liste.',
  },
  'usage.config-relay': {
    what: 'Geben Sie an, welches Relay.',
    why: 'Es ist entweder eine Adresse oder das vorher verwendete Relay.',
    next: 'Richten Sie das Relay in den Einstellungen ein.',
  },
  'usage.option': {
    what: '{option} passt nicht zu {mode}.',
    why: 'Dort würde es nichts ändern.',
    next: 'Lassen Sie es weg.',
  },
  'usage.option-missing': {
    what: '{option} fehlt.',
    why: '{mode} kommt nicht ohne aus.',
    next: 'Füllen Sie es aus.',
  },
  'usage.listen': {
    what: 'Der Port ist zweimal angegeben.',
    why: 'Die Adresse, an der gelauscht wird, nennt den Port ebenfalls.',
    next: 'Lassen Sie eines der beiden weg.',
  },
  'usage.ssh': {
    what: 'Der SSH-Server ist nicht richtig angegeben.',
    why: 'Was nicht stimmt: {reason}.',
    next: 'Tragen Sie Server, Benutzer und Anmeldung in ihre Felder ein.',
  },
  'usage.chain': {
    what: 'Eine Kette wird gebildet oder aufgelöst, nicht beides.',
    why: 'Beides schließt sich aus.',
    next: 'Lassen Sie eines der beiden weg.',
  },
  'usage.password': {
    what: 'Ein Passwort fehlt.',
    why: 'Es wird nur von einer Person eingetippt, damit kein anderes Programm es liest.',
    next: 'Tippen Sie es in sein Feld.',
  },
  'usage.fingerprint': {
    what: 'Der Fingerabdruck muss angegeben werden.',
    why: 'Es gibt kein Terminal, um zu fragen. Der Server zeigt {fingerprint}.',
    next: 'Vergleichen Sie ihn mit dem des Servers, dann: `clawreach relay trust {name} {fingerprint}`',
  },
  'usage.file': {
    what: '{path} lässt sich nicht verwenden.',
    why: 'Der Grund: {reason}.',
    next: 'Prüfen Sie den Pfad.',
  },
  'output.write': {
    what: 'Die Ausgabe konnte nicht geschrieben werden.',
    why: 'Ihr Ziel nimmt nichts mehr an: {reason}.',
    next: 'Schaffen Sie Platz oder schreiben Sie sie woandershin, und führen Sie den Befehl noch einmal aus.',
  },
  'usage.file-exists': {
    what: '{path} ist schon vorhanden.',
    why: 'Es wird nichts überschrieben.',
    next: 'Wählen Sie einen anderen Namen, oder entfernen Sie die Datei.',
  },
  'usage.add': {
    what: 'Ein Rechner wartet, der andere fragt.',
    why: 'Es ist nicht klar, welcher Rechner wartet und welcher fragt, oder niemand ist zum Vergleichen da: {message}.',
    next: 'Lassen Sie einen Rechner warten, und geben Sie seine ID auf dem anderen ein.',
  },
  'usage.pair': {
    what: 'Nur eine Seite einer Kopplung zeigt den Code.',
    why: 'Nur eine Seite einer Kopplung kann ihn zeigen.',
    next: 'Lassen Sie den Code weg, um einzuladen, oder die Option, um beizutreten.',
  },
  'usage.secret-argument': {
    what: 'Ein Code oder Link wird von dort nicht genommen.',
    why: 'Andere Benutzer dieses Rechners könnten ihn lesen und zuerst verwenden.',
    next: 'Geben Sie ihn im Fenster ein.',
  },
  'usage.admission': {
    what: 'Das Zulassungs-Token kann nicht verwendet werden.',
    why: 'Der Grund: {reason}.',
    next: 'Geben Sie das Token ein, und nichts anderes.',
  },
  'usage.confirm-peer': {
    what: 'Die Wörter welches Peers?',
    why: '{reason}',
    next: 'Wählen Sie einen aus der Liste der Peers.',
  },
  'agent.start-failed': {
    what: 'Der Hintergrundprozess dieses Geräts konnte nicht gestartet werden.',
    why: 'Er wurde im Hintergrund gestartet, und {reason}. Sein Protokoll ist {log}.',
    next: 'Lesen Sie das Ende des Protokolls und starten Sie ClawReach dann wieder.',
  },
  'agent.terminals-bound': {
    what: 'Die Terminals dieses Geräts können nicht weiterlaufen.',
    why: 'Der laufende Hintergrundprozess hält sie selbst, wie es die Anwendung tut, wenn sie kein Node mitbringt; deshalb enden sie mit ihm.',
    next: 'Beenden Sie die Terminals mit, oder lassen Sie die Anwendung laufen.',
  },
  'agent.fault': {
    what: 'Der Hintergrundprozess stieß auf einen Fehler, mit dem niemand gerechnet hat, und ist beendet.',
    why: 'Er läuft nicht in einem unbekannten Zustand weiter. Was zu sichern war, ist gesichert; Terminals warten zehn Minuten auf den nächsten Hintergrundprozess.',
    next: 'Starten Sie ihn neu; eine Dienstverwaltung tut das von selbst. Bitte melden Sie es, mit den letzten Zeilen des Protokolls.',
  },
  'agent.no-answer': {
    what: 'Der Hintergrundprozess antwortet nicht.',
    why: 'Er wurde gebeten zu enden und hat seit {seconds} Sekunden nichts gesagt: Der Prozess steht still, oder dieser Rechner ist stark ausgelastet.',
    next: 'Versuchen Sie es noch einmal. Als letztes Mittel beenden Sie den Prozess; seine ID steht in `control.sock.pid` in {path}.',
  },
  'agent.stop-timeout': {
    what: 'Der Hintergrundprozess endete nicht rechtzeitig.',
    why: 'Prozess {pid} wurde gebeten zu enden und antwortet noch.',
    next: 'Sehen Sie im Protokoll des Profils nach; als letztes Mittel beenden Sie den Prozess.',
  },
};
