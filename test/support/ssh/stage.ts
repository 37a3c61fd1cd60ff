import { readFileSync } from 'node:fs';
import type { SshServer } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';
import {
  dialDirectly,
  HostKeys,
  parseKnownHosts,
  SshConnection,
  SshUpstream,
  type SshConnectionOptions,
  type SshState,
} from '#agent/forwards/ssh/index.ts';
import { until } from '../e2e/until.ts';
import { MemoryDocumentFile } from '../memory-files.ts';
import type { TestSshd } from './sshd.ts';

/** One connection to a test's server, with what it has told. */
export type Tunnel = Readonly<{
  connection: SshConnection;
  upstream: SshUpstream;
  states: SshState[];
  /** The newest state, as soon as it is that one. */
  reached(state: SshState['state']): Promise<SshState>;
  close(): Promise<void>;
}>;

export type TunnelOptions = Partial<Omit<SshConnectionOptions, 'server'>> &
  Readonly<{ login?: SshServer['login']; user?: string; port?: number }>;

export function memoryHostKeys(file = new MemoryDocumentFile(), knownHosts?: string): HostKeys {
  return new HostKeys({
    file,
    clock: systemClock,
    logger: silentLogger,
    knownHosts: () => (knownHosts === undefined ? [] : parseKnownHosts(readFileSync(knownHosts, 'utf8'))),
  });
}

/** Host keys that trust the server, whatever it shows. */
export function trusting(sshd: TestSshd): HostKeys {
  const keys = memoryHostKeys();
  keys.trust(
    { peer: null, host: '127.0.0.1', port: sshd.port },
    Buffer.from(sshd.hostKey().split(' ')[1] ?? '', 'base64'),
  );
  return keys;
}

export function openTunnel(sshd: TestSshd, options: TunnelOptions = {}): Tunnel {
  const { login, user, port, ...rest } = options;
  const states: SshState[] = [];
  const server: SshServer = {
    host: '127.0.0.1',
    port: port ?? sshd.port,
    user: user ?? sshd.user,
    login: login ?? { method: 'key', file: sshd.keyFile },
  };
  const connection = new SshConnection({
    peer: null,
    secret: null,
    machine: { home: sshd.folder, environment: {} },
    hostKeys: trusting(sshd),
    dial: (signal) => dialDirectly(server, systemClock, signal),
    clock: systemClock,
    logger: silentLogger,
    onState: (state) => states.push(state),
    ...rest,
    server,
  });
  connection.start();
  return {
    connection,
    upstream: new SshUpstream(connection, systemClock),
    states,
    reached: (wanted) =>
      until(
        `the connection to be ${wanted}`,
        () => (connection.state.state === wanted ? connection.state : undefined),
        20_000,
      ),
    close: () => connection.close(),
  };
}
