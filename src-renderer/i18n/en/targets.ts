/** What a peer may reach through this machine, in the dialog of its rights. */
export const TARGETS_TEXTS = {
  'peers.targets': 'Allowed without a question',
  'peers.targets.about':
    'Targets that it reaches whenever it wants. “Always allow this target” of a request adds to them.',
  'peers.targets.none': 'None so far.',
  'peers.targets.free-port': 'a free port',
  'peers.targets.public': 'a public address',
  'peers.targets.at': 'while at {{places}}',
  'peers.targets.until': 'until {{until}}',
  'peers.targets.remove': 'Take {{target}} away',
  'peers.targets.host': 'Host or network',
  'peers.targets.host.hint': 'Such as localhost, db.lan, *.lan, 10.0.0.0/8, or * for all.',
  'peers.targets.ports': 'Port',
  'peers.targets.ports.hint': 'Such as 5432, 8000-8100, or * for all.',
  'peers.targets.kind': 'What for',
  'peers.targets.kind.connect': 'To connect there',
  'peers.targets.kind.listen': 'To listen at',
  'peers.targets.add': 'Add target',
  'peers.targets.wrong.host': 'This is no name, no address and no network.',
  'peers.targets.wrong.ports': 'Ports are a number from 1 to 65535, a range such as 8000-8100, or *.',
  'peers.targets.wrong.known': 'This is in the list already.',
} as const;
