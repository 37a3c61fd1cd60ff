import type { TranslatedErrors } from '../load.ts';

export const HOSTED_RELAY_TEXTS: TranslatedErrors = {
  'hosted-relay.unavailable': {
    what: 'Hier kann kein Relay gestartet werden.',
    why: 'Dafür braucht es Node 24 oder neuer, und weder dieses ClawReach noch dieser Rechner hat es.',
    next: 'Installieren Sie Node 24 von https://nodejs.org/, oder verwenden Sie ein Relay auf einem anderen Rechner.',
  },
  'hosted-relay.failed': {
    what: 'Das Relay dieses Rechners beendet sich immer wieder.',
    why: 'Sein Prozess startete nicht oder beendete sich selbst; mehr steht im Protokoll von ClawReach.',
    next: 'Starten Sie es erneut.',
  },
  'hosted-relay.timeout': {
    what: 'Das Relay dieses Rechners ist nicht rechtzeitig gestartet.',
    why: 'Sein Prozess hat innerhalb von 20 Sekunden nicht gemeldet, dass er lauscht.',
    next: 'Starten Sie es erneut, wenn der Rechner weniger ausgelastet ist.',
  },
  'hosted-relay.port': {
    what: 'Das Relay dieses Rechners fand keinen freien Port.',
    why: 'Andere Programme lauschen an den zwanzig Ports, die versucht wurden.',
    next: 'Beenden Sie eines davon, etwa ein anderes Relay, und starten Sie es erneut.',
  },
  'relay.hosted-off': {
    what: 'Das Relay auf diesem Rechner ist aus: Es läuft nur, solange ClawReach geöffnet ist.',
    why: 'Die Anwendung ClawReach betreibt es, und sie ist geschlossen, oder das Relay wurde dort angehalten.',
    next: 'Starten Sie es in den Einstellungen der Anwendung, oder richten Sie ein anderes ein.',
  },
  'relay.hosted-off-before': {
    what: 'Das Relay auf diesem Rechner ist aus: Es läuft nur, solange ClawReach geöffnet ist.',
    why: 'Die Anwendung ClawReach betreibt es, und sie ist geschlossen, oder das Relay wurde dort angehalten.',
    next: 'Starten Sie es in den Einstellungen der Anwendung, oder kehren Sie zum vorher verwendeten Relay zurück.',
  },
  'relay.no-before': {
    what: 'Es gibt kein Relay, zu dem dieser Rechner zurückkehren könnte.',
    why: 'Nur vom Relay der Anwendung ClawReach auf diesem Rechner geht es zurück zum vorher verwendeten, falls es eines gab.',
    next: 'Richten Sie in den Einstellungen das gewünschte Relay ein.',
  },
};
