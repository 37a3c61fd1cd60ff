import type { Translation } from '../translation.ts';

export const PEER_FACTS_TEXTS = {
  'peers.system': 'System',
  'peers.system.linux': 'Linux',
  'peers.system.macos': 'macOS',
  'peers.system.windows': 'Windows',
  'peers.system.other': 'Ein anderes System',
  'peers.tried': 'Adressen, die versucht wurden, {{ago}}',
  'peers.tried.worked': 'der Peer hat geantwortet',
  'peers.tried.refused': 'abgelehnt: dort nimmt nichts Verbindungen an',
  'peers.tried.unreachable': 'kein Weg in dieses Netz',
  'peers.tried.no-answer': 'keine Antwort',
  'peers.tried.wrong-answer': 'etwas anderes hat geantwortet',
} as const satisfies Translation;
