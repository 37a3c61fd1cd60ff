import { describe, expect, it } from 'vitest';
import { AutoUpstream } from '#agent/forwards/auto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { FAR, ways, type Behaviour, type Ways } from './ways.ts';

const TARGET = { host: 'db', port: 5432 };

async function scene(link: Behaviour, ssh: Behaviour): Promise<Ways & Readonly<{ upstream: AutoUpstream }>> {
  const made = ways(link, ssh);
  const { clock, prober } = made;
  const upstream = new AutoUpstream({
    clock,
    prober,
    upstreams: { link: made.link.upstream, ssh: made.ssh.upstream },
  });
  void prober.probe();
  await clock.advance(5100);
  return { ...made, upstream };
}

/** What comes of a connection within so many ms. */
async function connect({ upstream, clock }: Awaited<ReturnType<typeof scene>>, time: number): Promise<unknown> {
  let result: unknown = 'nothing yet';
  const { signal } = new AbortController();
  upstream.connect(TARGET, { signal }).then(
    (far) => (result = far),
    (error: unknown) => (result = errorCode(error)),
  );
  await clock.advance(time);
  return result;
}

describe('a connection of a rule that takes whatever way works', () => {
  it('takes the link, and SSH where only that works', async () => {
    const both = await scene(1, 1);
    expect(await connect(both, 10)).toBe(FAR);
    expect([both.link.connected, both.ssh.connected]).toEqual([1, 0]);
    const one = await scene('forward.peer-away', 1);
    expect(await connect(one, 10)).toBe(FAR);
    expect([one.link.connected, one.ssh.connected]).toEqual([0, 1]);
  });

  it('takes the other way when the first has just ceased to work, and so do the next ones at once', async () => {
    const made = await scene(1, 1);
    made.link.behaviour = 'forward.peer-away';
    expect(await connect(made, 10)).toBe(FAR);
    expect([made.link.connected, made.ssh.connected, made.prober.upstream]).toEqual([1, 1, 'ssh']);
    expect(await connect(made, 10)).toBe(FAR);
    expect([made.link.connected, made.ssh.connected]).toEqual([1, 2]);
  });

  it('asks a way that says nothing after two seconds, and leaves it when it does not answer in five', async () => {
    const early = await scene(1, 1);
    early.link.behaviour = 'silent';
    expect(await connect(early, 6900)).toBe('nothing yet');
    const made = await scene(1, 1);
    made.link.behaviour = 'silent';
    expect(await connect(made, 7100)).toBe(FAR);
    expect([made.prober.upstream, made.link.aborted > 0]).toEqual(['ssh', true]);
  });

  it('waits for a slow target, or a person, while the way works', async () => {
    for (const target of ['slow', 'asks']) {
      const made = await scene(1, 1);
      made.link.target = target;
      expect(await connect(made, 19_000)).toBe('nothing yet');
      expect(await connect(made, 22_000)).toBe(FAR);
      expect(made.ssh.connected).toBe(0);
    }
  });

  it.each(['forward.refused', 'forward.denied', 'forward.timeout', 'forward.unanswered'])(
    'gives the answer %s of the target or its person, and asks nobody else',
    async (code) => {
      const made = await scene(1, 1);
      made.link.target = code;
      expect(await connect(made, 10)).toBe(code);
      expect([made.ssh.connected, made.prober.upstream]).toEqual([0, 'link']);
    },
  );

  it('does not go round the refusal of an SSH server', async () => {
    const made = await scene('forward.peer-away', 1);
    made.ssh.target = 'ssh.forward-refused';
    expect(await connect(made, 10)).toBe('ssh.forward-refused');
    expect(made.link.connected).toBe(0);
  });

  it('fails with the word of the first way where none works', async () => {
    const made = await scene('forward.peer-away', 'ssh.unreachable');
    expect(made.prober.upstream).toBe(null);
    expect(await connect(made, 6000)).toBe('forward.peer-away');
  });
});
