import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admittedBy, CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';

describe('a relay with a certificate of its own', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let laptop: Device;

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay({ tls: 'own', words: ['--drain=1'] });
    office = stage.device('office');
    laptop = stage.device('laptop');
  });
  afterEach(() => stage.restore());
  afterAll(() => stage.close());

  it('prints the pin as the commands take it', () => {
    expect(relay.url).toBe(`wss://127.0.0.1:${relay.port}`);
    expect(relay.pin).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not trusted without the pin, and the message names the pin to compare', async () => {
    const { code, stderr } = await office.run(['config', 'relay', relay.url, '--json'], {
      environment: admittedBy(relay),
    });
    expect(code).toBe(8);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'relay.untrusted', details: { pin: relay.pin } } });
    expect((await office.status()).relay).toMatchObject({ url: null, state: 'none' });
  });

  it('is not trusted with another pin [S-RELAY-7]', async () => {
    const words = ['config', 'relay', relay.url, '--admission-stdin', '--pin', 'ab'.repeat(32)];
    const { code, stderr } = await office.run(words, { input: `${relay.token}\n` });
    expect(stderr).toContain('[relay.other-pin]');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      `shows the pin ${formatPin(relay.pin ?? '')}, but ${formatPin('ab'.repeat(32))} was expected`,
    );
    expect(code).toBe(7);
    expect((await office.run(['config', 'relay', relay.url, '--pin', 'xyz'])).code).toBe(2);
    // It was kept nowhere: the relay is as unknown as before, and its own pin is there to be compared.
    const again = await office.run(['config', 'relay', relay.url, '--json']);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'relay.untrusted', details: { pin: relay.pin } } });
    const pairing = await office.run(['pair', '--relay', relay.url, '--pin', 'cd'.repeat(32)]);
    expect(pairing.stderr).toContain('[relay.other-pin]');
    const third = await office.run(['pair', '--relay', relay.url, '--json']);
    expect(JSON.parse(third.stderr)).toMatchObject({ error: { code: 'relay.untrusted' } });
    await office.ok('stop');
  });

  it('takes a device with pin and token', async () => {
    await office.run(['stop']);
    await office.runAgent(relay, { first: true });
    expect((await office.status()).relay).toMatchObject({ state: 'online', secure: true });
  });

  it('is trusted by the other machine because of the link, which carries the pin', async () => {
    // On a second try they may know each other.
    await office.run(['forget', 'laptop', '--yes']);
    await laptop.run(['forget', 'office', '--yes']);
    const inviting = office.start(['pair', '--link', CONFIRMED, '--allow', 'terminal']);
    const [link] = await inviting.said(/clawreach:\/\/pair\?\S+(?=\n)/);
    await laptop.joined(link, '--name', 'laptop');
    expect((await inviting.ended).code).toBe(0);
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'echo', 'over TLS']);
    expect(stdout).toBe('over TLS\n');
    expect(code).toBe(0);
    expect((await laptop.status()).relay).toMatchObject({ state: 'online', secure: true });
  });

  it('asks a person at a terminal for trust and token, and whether the new peer may come in', async () => {
    await laptop.run(['forget', 'desk', '--yes']);
    const desk = stage.device('desk');
    const window = desk.window(['pair', '--name', 'desk', '--relay', relay.url], { cols: 100 });
    const answers = [
      ['Do they match? [y/N]', 'y'],
      ['Admission token:', relay.token],
    ] as const;
    for (const [question, answer] of answers) {
      await window.until(question, (text) => text.trimEnd().endsWith(question));
      window.type(`${answer}\r`);
    }
    await window.until('the code', (text) => text.includes('left. Ctrl-C cancels.'));
    const pin = relay.pin?.match(/.{4}/g)?.slice(0, 8).join(' ') ?? '?';
    expect(window.text()).toContain(pin);
    expect(window.text()).not.toContain(relay.token.slice(0, 8));
    const [code = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}(?=\n)/.exec(window.text()) ?? [];
    await laptop.joined(code);
    const compare = 'Does the other screen show the same words? [y = yes, n = they differ, Enter = later]';
    await window.until(compare, (text) => text.includes(compare));
    window.type('y\r');
    const question = 'Allow laptop to open terminals on this machine? [y/N]';
    await window.until(question, (text) => text.includes(question));
    window.type('y\r');
    expect(await window.ended()).toEqual({ code: 0, signal: 0 });
    expect(await desk.ok('rights', 'laptop')).toContain(
      'laptop  terminal: allowed\nlaptop  view: asks you each time\nlaptop  pass-through: asks you each time\nlaptop  forward: asks you each time\nlaptop  prompt: asks you each time\nlaptop  message: asks you each time\nlaptop  send: asks you each time\nlaptop  wake: asks you each time\nlaptop  files: denied\nlaptop  introduce: asks you each time\n',
    );
    expect(await laptop.ok('connect', '-q', 'desk', '--', 'echo', 'let in')).toContain('let in');
    await desk.ok('stop');
  });

  it('is the same relay after its restart, and the devices come back without a word', async () => {
    await relay.process.end('SIGTERM');
    await relay.restart();
    await Promise.all([office.untilOnline(), laptop.untilOnline()]);
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'echo', 'again']);
    expect(stdout).toBe('again\n');
    expect(code).toBe(0);
  });
});
