import { describe, expect, it } from 'vitest';
import type { OpenPort } from '#shared/app-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { isPortsRequest, PortsServer, requestPorts } from '../../../../src-main/agent/ports/index.ts';

/** Returns what is taken from an answer. */
async function taken(answer: unknown): Promise<readonly OpenPort[] | undefined> {
  return await requestPorts(new FakeLink((stream) => void stream.accept(answer)).session);
}

/** Returns what a peer learns from a machine with these ports, and the length of the answer on the wire. */
async function named(ports: readonly OpenPort[], isReserved: (port: number) => boolean = () => false) {
  const server = new PortsServer({ clock: new FakeClock(), look: async () => ports, isReserved });
  const link = new FakeLink((stream) => void server.serve(stream, () => true));
  const stream = link.session.open('rpc', { service: 'ports' });
  const answer = await stream.opened;
  await stream.end();
  return { bytes: new TextEncoder().encode(JSON.stringify(answer)).length, ports: await taken(answer) };
}

describe('the ports that a peer names', () => {
  it('are asked for in a stream of their own', async () => {
    const link = new FakeLink((stream) => {
      expect([stream.kind, isPortsRequest(stream.params)]).toEqual(['rpc', true]);
      stream.accept({ ports: [{ port: 80, program: 'nginx' }, { port: 22 }], more: { of: 'later' } });
    });
    expect(await requestPorts(link.session)).toEqual([{ port: 22 }, { port: 80, program: 'nginx' }]);
    expect([null, 'ports', {}, { service: 'about' }].some(isPortsRequest)).toBe(false);
  });

  it('are none with an older version, which refuses the question, and with a lost link', async () => {
    const older = new FakeLink((stream) => stream.refuse('remote.unavailable', 'this device has no gateways'));
    expect(await requestPorts(older.session)).toBeUndefined();
    const lost: FakeLink = new FakeLink((stream) => stream.refuse('link.closed', ''));
    lost.lose();
    expect(await requestPorts(lost.session)).toBeUndefined();
  });

  it('are cleaned and bounded, whatever the peer sends [S-FWD-11]', async () => {
    for (const answer of [null, 7, {}, { ports: 'all' }, { ports: Array.from({ length: 65 }, () => ({ port: 80 })) }])
      expect(await taken(answer)).toBeUndefined();
    const ports = [
      ...[0, -1, 65_536, 80.5, '80', null].map((port) => ({ port })),
      { port: 80, program: '\u001B[31mred\u202E' },
      { port: 80, program: 'again' },
      { port: 81, program: 'x'.repeat(5000) },
      { port: 82, program: 7 },
      { port: 83, program: 'y'.repeat(40) },
      'junk',
    ];
    const read = await taken({ ports });
    expect(read?.map(({ port }) => port)).toEqual([80, 81, 82, 83]);
    for (const hidden of ['\u001B', '\u202E']) expect(read?.[0]?.program).not.toContain(hidden);
    expect(read?.[1]).toEqual({ port: 81 });
    expect(read?.[2]).toEqual({ port: 82 });
    expect(read?.[3]?.program?.length).toBeLessThanOrEqual(24);
  });

  it("fit one answer, those with a known program first, and never ClawReach's own [S-FWD-11]", async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      port: 1000 + index,
      ...(index < 300 ? {} : { program: `${'語'.repeat(60)}${index}` }),
    }));
    const full = await named(many);
    expect(full.bytes).toBeLessThanOrEqual(4096);
    expect(full.ports?.length).toBeGreaterThan(20);
    expect(full.ports?.every(({ port }) => port >= 1300)).toBe(true);
    const plain = await named(many.slice(0, 300));
    expect(plain.ports).toHaveLength(64);
    const own = await named([{ port: 80 }, { port: 7473, program: 'ClawReach' }], (port) => port === 7473);
    expect(own.ports).toEqual([{ port: 80 }]);
  });
});
