/** What a peer says of itself, and what came of dialling it. */
export const PEER_FACTS_TEXTS = {
  'peers.system': 'System',
  'peers.system.linux': 'Linux',
  'peers.system.macos': 'macOS',
  'peers.system.windows': 'Windows',
  'peers.system.other': 'Another system',
  'peers.tried': 'Addresses that were tried {{ago}}',
  'peers.tried.worked': 'the peer answered',
  'peers.tried.refused': 'refused: nothing takes connections there',
  'peers.tried.unreachable': 'no way to this network',
  'peers.tried.no-answer': 'no answer',
  'peers.tried.wrong-answer': 'something else answered',
} as const;
