import { expect, it } from 'vitest';
import { HostKeys, SshConnection, SshError } from '#agent/forwards/ssh/index.ts';
import { RecentLog } from '#shared/recent-log.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

it('the log of an SSH server that cannot be used names the error, and not the password', async () => {
  const clock = new FakeClock();
  const log = new RecentLog(silentLogger, clock);
  const told = Promise.withResolvers<undefined>();
  const connection = new SshConnection({
    server: { host: '192.0.2.1', port: 22, user: 'me', login: { method: 'password' } },
    peer: null,
    secret: 'correct horse',
    machine: { home: '/home/me', environment: {} },
    hostKeys: new HostKeys({
      file: new MemoryDocumentFile(),
      clock,
      logger: silentLogger,
      knownHosts: () => [],
    }),
    dial: () => Promise.reject(new SshError('ssh.unreachable', 'the server cannot be reached')),
    clock,
    logger: log.logger,
    onState: ({ state }) => void (state === 'waiting' && told.resolve(undefined)),
  });
  connection.start();
  await told.promise;
  await connection.close();
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toContain('ssh.unreachable');
  expect(log.lines[0]).not.toContain('correct horse');
});
