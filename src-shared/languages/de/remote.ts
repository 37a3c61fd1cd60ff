import type { TranslatedErrors } from '../load.ts';

export const REMOTE_TEXTS: TranslatedErrors = {
  'remote.protocol': {
    what: 'Die Antwort brach ab.',
    why: 'Das andere Gerät hat etwas gesendet, das nicht zum Protokoll gehört.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'remote.version': {
    what: 'Jenes Gerät kann nicht gefragt werden.',
    why: 'Seine Version von ClawReach lässt andere seine Gateways nicht so nutzen.',
    next: 'Aktualisieren Sie ClawReach auf beiden Geräten.',
  },
  'remote.unavailable': {
    what: 'Jenes Gerät kann nicht gefragt werden.',
    why: 'Es hat keine Gateways von OpenClaw.',
    next: 'Fügen Sie dort eines hinzu, unter „Gateways“.',
  },
  'remote.too-many': {
    what: 'Das ist zu viel auf einmal.',
    why: 'Ein Gerät beantwortet je Peer 4 Prompts zugleich, und 16 insgesamt.',
    next: 'Warten Sie, bis einer beantwortet ist, oder brechen Sie einen ab.',
  },
  'remote.rate': {
    what: 'Das waren zu viele Anfragen.',
    why: 'Ein Gerät nimmt 30 Anfragen eines Peers auf einmal an, danach eine je Sekunde.',
    next: 'Warten Sie einige Sekunden.',
  },
  'remote.no-gateway': {
    what: 'Ein solches Gateway gibt es nicht.',
    why: 'Jenes Gerät hat kein Gateway dieses Namens, oder gar keines.',
    next: 'Fragen Sie die Person an jenem Gerät, oder ändern Sie den Eintrag hier. Was es hat, zeigt dort „Gateways“.',
  },
  'remote.gateway': {
    what: 'Das Gateway dort konnte es nicht tun.',
    why: '{message}',
    next: 'Sehen Sie auf jenem Gerät unter „Gateways“ nach: Dort steht, wie es dem Gateway geht.',
  },
  'remote.run-failed': {
    what: 'Der Prompt wurde nicht beantwortet.',
    why: 'Der Agent am Gateway hat aufgegeben: {message}',
    next: 'Sehen Sie im Protokoll des Gateways nach; oft ist ein Modell nicht erreichbar oder sein Schlüssel ungültig.',
  },
  'remote.aborted': {
    what: 'Es wurde abgebrochen.',
    why: 'Jemand hat es am Gateway beendet, oder ClawReach wurde dort beendet.',
    next: 'Senden Sie es erneut.',
  },
  'remote.lost': {
    what: 'Niemand weiß, was daraus geworden ist.',
    why: 'Die Verbindung zum Gateway ging mittendrin verloren, und das Gateway hat sie nicht wieder aufgenommen.',
    next: 'Sehen Sie in der Sitzung am Gateway nach, bevor Sie es erneut senden: Vielleicht ist es schon getan.',
  },
  'remote.too-long': {
    what: 'Die Antwort ist zu lang.',
    why: 'Eine Antwort hat höchstens zwei Millionen Zeichen; was bis dahin kam, wird gezeigt.',
    next: 'Lassen Sie sie dort in eine Datei schreiben.',
  },
  'remote.revoked': {
    what: 'Es wurde vom anderen Gerät abgebrochen.',
    why: 'Das Recht, dort OpenClaw zu nutzen, wurde zurückgenommen.',
    next: 'Fragen Sie die Person an jenem Gerät.',
  },
  'remote.unknown-workflow': {
    what: 'Einen solchen Workflow gibt es nicht.',
    why: 'Ein Workflow ist ein Eintrag, den die Person an jenem Gerät geschrieben hat; keiner heißt so.',
    next: 'Fragen Sie die Workflows dort erneut ab.',
  },
  'remote.workflow-params': {
    what: 'Der Workflow wurde nicht gestartet.',
    why: 'Seine Werte passen nicht: {message}.',
    next: 'Geben Sie für jede Stelle `{{name}}` einen Wert an, einen Text, eine Zahl oder true oder false, und keine anderen.',
  },
  'remote.not-confirmed': {
    what: 'OpenClaw wurde nicht neu gestartet.',
    why: 'Der Neustart wurde nicht innerhalb von zwei Minuten bestätigt.',
    next: 'Bitten Sie erneut darum.',
  },
  'remote.unknown': {
    what: 'Einen solchen gespeicherten Eintrag gibt es nicht.',
    why: 'Er wurde entfernt, oder er heißt anders.',
    next: 'Sehen Sie in der Liste nach.',
  },
  'remote.exists': {
    what: '{name} ist vergeben.',
    why: 'Ein anderer Eintrag hat diesen Namen.',
    next: 'Wählen Sie einen anderen Namen, oder entfernen Sie zuerst den anderen Eintrag.',
  },
  'remote.too-many-saved': {
    what: 'Mehr lässt sich nicht speichern.',
    why: 'Es kann 64 gespeicherte Gateways von Peers geben und 256 Workflows mit zusammen einer Million Zeichen.',
    next: 'Entfernen Sie, was nicht mehr benutzt wird.',
  },
  'usage.prompt': {
    what: 'Es gibt keinen Prompt zum Senden.',
    why: 'Ein Prompt hat 1 bis 200 000 Zeichen.',
    next: 'Geben Sie ihn als Argument an, oder mit - auf der Standardeingabe.',
  },
  'usage.workflow': {
    what: 'Die Workflows wurden nicht geändert.',
    why: '{reason}',
    next: 'Tragen Sie es in die Felder des Fensters ein, unter „Remote“.',
  },
  'usage.gateway-terminal': {
    what: 'Bei {name} gibt es kein Terminal {terminal}.',
    why: 'Keines, das dort läuft, beginnt so, oder mehrere tun es.',
    next: 'Sehen Sie nach, welche es gibt: `clawreach gateway terminal {word} --list`.',
  },
  'usage.remote': {
    what: 'Einen gespeicherten Eintrag „{name}“ gibt es nicht.',
    why: 'Keiner heißt so.',
    next: 'Wählen Sie eine aus der Liste.',
  },
  'terminal.disabled': {
    what: 'Jenes Gateway hat keine Terminals.',
    why: 'Sie sind dort abgeschaltet, oder sein Agent läuft in einer Sandbox.',
    next: 'Schalten Sie sie in den Einstellungen des Gateways ein, und starten Sie es neu.',
  },
  'terminal.closed': {
    what: 'Das Terminal wurde am Gateway geschlossen.',
    why: 'Jemand anderes hat es geschlossen, oder das Gateway erlaubt es nicht mehr.',
    next: 'Öffnen Sie ein neues.',
  },
  'terminal.failed': {
    what: 'Das Terminal brach ab.',
    why: 'Das Gateway konnte es nicht fortsetzen.',
    next: 'Öffnen Sie ein neues; geschieht es wieder, sehen Sie im Protokoll des Gateways nach.',
  },
};
