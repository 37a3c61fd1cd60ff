import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import {
  createDetachedHosts,
  launchHost,
  listTerminals,
  openTerminal,
  PtyHostBackend,
  TerminalService,
  TerminalSessions,
} from '#agent/terminals/index.ts';
import type { OpenTerminalParams, TerminalConnection } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { FakeLink } from '#test/support/fake-link.ts';

/** What a test asks this process for; each has one answer with the same number. */
export type AgentCall = Readonly<{ number: number }> &
  (
    | Readonly<{ call: 'open'; peer: string; params: OpenTerminalParams }>
    | Readonly<{ call: 'list'; peer: string }>
    | Readonly<{ call: 'write'; viewer: number; bytes: Uint8Array }>
    | Readonly<{ call: 'stop'; mode: 'end' | 'keep' }>
  );
export type AgentAnswer = Readonly<{ number: number; result?: unknown; errorCode?: string }>;
/** `bytes` null: the viewer's end, with what it was told. */
export type AgentOutput = Readonly<{ viewer: number; bytes: Uint8Array | null; end?: unknown }>;
export type AgentWord = AgentAnswer | AgentOutput | Readonly<{ ready: true }> | Readonly<{ log: string }>;

/**
 * An agent as far as terminals go, in a process of its own that a test may kill: its viewers are links in memory. Arguments: entry of the PTY
 * host, directory of the profile, version, and in JSON what each peer may do.
 */
const [, , entry = '', profile = '', software = '', rights = '{}'] = process.argv;
const decisions = new Map(Object.entries(JSON.parse(rights) as Record<string, RightDecision>));
const send = (word: AgentWord): void => void process.send?.(word);
const logger = loggerOf((text) => send({ log: text }));
const backend = new PtyHostBackend({
  launch: () =>
    launchHost({
      executable: process.execPath,
      args: [entry],
      registration: { profile, software },
      environment: { PATH: process.env['PATH'] },
      onStderr: (text) => send({ log: `stderr ${text}` }),
    }),
  detached: createDetachedHosts(profile, software, logger),
  clock: systemClock,
  logger,
});
const service = new TerminalService({
  backend,
  clock: systemClock,
  logger,
  home: {
    platform: process.platform,
    environment: { PATH: process.env['PATH'] },
    shell: '/bin/sh',
    username: 'tester',
    home: tmpdir(),
  },
  shell: { file: '/bin/sh', args: [] },
  decision: (peerId) => decisions.get(peerId) ?? 'allow',
  isMyDevice: () => false,
  nameOf: () => undefined,
  createId: () => randomBytes(16).toString('hex'),
  sessions: new TerminalSessions(systemClock),
});
const viewers: TerminalConnection[] = [];

process.on('message', (call: AgentCall) => {
  void answer(call).then(
    (result) => send({ number: call.number, result }),
    (error: unknown) => send({ number: call.number, errorCode: errorCode(error) }),
  );
});
await service.takeOver();
send({ ready: true });

async function answer(call: AgentCall): Promise<unknown> {
  switch (call.call) {
    case 'open': {
      const terminal = await openTerminal(linkOf(call.peer).session, call.params);
      const viewer = viewers.push(terminal) - 1;
      void forward(viewer, terminal);
      return { viewer, terminal: terminal.terminal, hostPid: backend.hostPid };
    }
    case 'list':
      return listTerminals(linkOf(call.peer).session);
    case 'write':
      return viewers[call.viewer]?.write(call.bytes);
    default:
      return service.close(call.mode);
  }
}

function linkOf(peer: string): FakeLink {
  return new FakeLink((stream) => void service.serve(stream, { peerId: peer as PeerId, name: 'viewer' }));
}

async function forward(viewer: number, terminal: TerminalConnection): Promise<void> {
  for (let bytes = await terminal.read(); bytes !== null; bytes = await terminal.read()) send({ viewer, bytes });
  send({ viewer, bytes: null, end: await terminal.ended });
}

function loggerOf(write: (text: string) => void): Logger {
  const line = (message: string, fields: unknown): void => write(`${message} ${JSON.stringify(fields ?? {})}`);
  const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger };
  return logger;
}
