import type { Translation } from '../translation.ts';

export const TARGETS_TEXTS = {
  'peers.targets': 'Ohne Rückfrage erlaubt',
  'peers.targets.about':
    'Ziele, die der Peer jederzeit erreicht. „Dieses Ziel immer erlauben“ bei einer Anfrage fügt sie hinzu.',
  'peers.targets.none': 'Bisher keine.',
  'peers.targets.free-port': 'ein freier Port',
  'peers.targets.public': 'einer öffentlichen Adresse',
  'peers.targets.at': 'solange bei {{places}}',
  'peers.targets.until': 'bis {{until}}',
  'peers.targets.remove': '{{target}} entfernen',
  'peers.targets.host': 'Host oder Netzwerk',
  'peers.targets.host.hint': 'Etwa localhost, db.lan, *.lan, 10.0.0.0/8 oder * für alle.',
  'peers.targets.ports': 'Port',
  'peers.targets.ports.hint': 'Etwa 5432, 8000-8100 oder * für alle.',
  'peers.targets.kind': 'Wofür',
  'peers.targets.kind.connect': 'Dorthin verbinden',
  'peers.targets.kind.listen': 'Dort lauschen',
  'peers.targets.add': 'Ziel hinzufügen',
  'peers.targets.wrong.host': 'Das ist weder ein Name noch eine Adresse noch ein Netzwerk.',
  'peers.targets.wrong.ports': 'Ports sind eine Zahl von 1 bis 65535, ein Bereich wie 8000-8100, oder *.',
  'peers.targets.wrong.known': 'Das steht schon in der Liste.',
} as const satisfies Translation;
