import type { Translation } from '../translation.ts';

export const APP_TEXTS = {
  'app.name': 'ClawReach',
  'app.title': '{{page}} · ClawReach',
  'app.title.waiting': '({{count}}) {{page}} · ClawReach',
  'app.pages': 'Seiten',
  'app.page.peers': 'Peers',
  'app.page.terminals': 'Terminals',
  'app.page.forwards': 'Weiter\u00ADleitungen',
  'app.page.approvals': 'Genehmi\u00ADgungen',
  'app.page.gateways': 'Gateways',
  'app.page.remote': 'Remote',
  'app.page.settings': 'Einstel\u00ADlungen',
  'app.page.shortcut': '{{page}} ({{keys}})',
  'app.skip': 'Zum Inhalt springen',
  'app.waiting_one': '{{count}} Anfrage wartet auf Ihre Antwort',
  'app.waiting_other': '{{count}} Anfragen warten auf Ihre Antwort',
  'app.notices': 'Meldungen',

  'app.start.connecting': 'Verbindung zu ClawReach wird hergestellt',
  'app.start.retry': 'Jetzt versuchen',

  'app.relay.none': 'Kein Relay',
  'app.relay.none.text':
    'Geräte treffen sich an einem Relay. Wählen Sie eines aus, um andere Geräte zu erreichen und erreichbar zu sein.',
  'app.relay.connecting': 'Verbindet',
  'app.relay.connecting.text': 'Die Verbindung zum Relay wird hergestellt.',
  'app.relay.online': 'Online',
  'app.relay.online.text': 'Mit {{relay}} verbunden.',
  'app.relay.waiting': 'Relay nicht erreichbar',
  'app.relay.failed': 'Relay nicht verbunden',
  'app.paused': 'Pausiert',
  'app.paused.text': 'Sie haben dieses Gerät pausiert: Es hat keine Verbindungen und stellt keine her.',
  'app.banner.paused':
    'Dieses Gerät pausiert: Es hat keine Verbindungen und stellt keine her. Terminals warten zehn Minuten auf ihre Verbindung.',
  'app.banner.paused.until':
    'Dieses Gerät pausiert bis {{time}}: Es hat keine Verbindungen und stellt keine her. Terminals warten zehn Minuten auf ihre Verbindung.',
  'app.banner.paused.relay': 'Das Relay auf diesem Gerät läuft weiter: Andere nutzen es.',
  'app.banner.paused.resume': 'Fortsetzen',
  'app.relay.stopped': 'Angehalten',
  'app.relay.stopped.text': 'Die Verbindung zum Relay ist angehalten.',
  'app.relay.settings': 'Relay-Einstellungen',
  'app.step.settings.relay': 'Relay-Einstellungen',
  'app.step.settings.network': 'Netzwerk-Einstellungen',
  'app.step.settings.security': 'Sicherheits-Einstellungen',
  'app.step.peers': 'Peers anzeigen',
  'app.step.gateways': 'Gateways anzeigen',
  'app.linked_one': '{{count}} verbunden, kein Relay',
  'app.linked_other': '{{count}} verbunden, kein Relay',
  'app.linked.text_one': 'Sie sind ohne Relay mit {{count}} Gerät verbunden.',
  'app.linked.text_other': 'Sie sind ohne Relay mit {{count}} Geräten verbunden.',
  'app.relay.setup': 'Relay einrichten',
  'app.lost': 'Läuft nicht',
  'app.lost.text': 'ClawReach antwortet nicht. Die Verbindung wird gesucht.',

  'app.banner.lost':
    'Die Verbindung zu ClawReach ist abgerissen und wird gesucht. Was Sie sehen, ist der Stand von vorher.',
  'app.banner.lost.retry': 'Jetzt versuchen',
  'app.banner.no-relay':
    'Dieses Gerät verwendet kein Relay. Es erreicht nur Geräte, mit denen es sich direkt verbinden kann.',
  'app.banner.minimised':
    'Dieser Desktop hat keinen Infobereich, aus dem sich das Fenster zurückholen ließe. Es wurde deshalb minimiert statt geschlossen. ClawReach läuft weiter.',

  'app.page.failed': 'Dieser Teil des Fensters konnte nicht angezeigt werden.',
  'app.page.failed.text':
    'Im Fenster selbst ging etwas schief, oder ClawReach wurde aktualisiert, während es offen war. Was läuft, läuft weiter. Versuchen Sie es erneut. Bleibt es dabei, beenden Sie ClawReach und starten Sie es neu; im Browser laden Sie die Seite neu.',
  'app.page.again': 'Erneut versuchen',
} as const satisfies Translation;
