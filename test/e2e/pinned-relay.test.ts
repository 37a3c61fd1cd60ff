import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
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
  afterAll(() => stage.close());

  it('prints the pin as the commands take it', () => {
    expect(relay.url).toBe(`wss://127.0.0.1:${relay.port}`);
    expect(relay.pin).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not trusted without the pin, and the message names the pin to compare', async () => {
    const { code, stderr } = await office.run(['config', 'relay', relay.url, '--admission', relay.token, '--json']);
    expect(code).toBe(7);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'relay.untrusted', details: { pin: relay.pin } } });
  });

  it('is not trusted with another pin', async () => {
    const words = ['config', 'relay', relay.url, '--admission', relay.token, '--pin', 'ab'.repeat(32)];
    const { code, stderr } = await office.run(words);
    expect(stderr).toContain('[relay.pin-mismatch]');
    expect(code).toBe(7);
    expect((await office.run(['config', 'relay', relay.url, '--pin', 'xyz'])).code).toBe(2);
    await office.ok('stop');
  });

  it('takes a device with pin and token', async () => {
    await office.runAgent(relay, { first: true });
    expect((await office.status()).relay).toMatchObject({ state: 'online', secure: true });
  });

  it('is trusted by the other machine because of the link, which carries the pin', async () => {
    const inviting = office.start(['pair', '--link', '--allow', 'terminal']);
    const [link] = await inviting.said(/clawreach:\/\/pair\?\S+(?=')/);
    await laptop.ok('pair', link);
    expect((await inviting.ended).code).toBe(0);
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'echo', 'over TLS']);
    expect(stdout).toBe('over TLS\r\n');
    expect(code).toBe(0);
    expect((await laptop.status()).relay).toMatchObject({ state: 'online', secure: true });
  });

  it('is the same relay after its restart, and the devices come back without a word', async () => {
    await relay.process.end('SIGTERM');
    relay = await stage.startRelay({ tls: 'own', port: relay.port });
    await Promise.all([office.untilOnline(), laptop.untilOnline()]);
    const { code, stdout } = await laptop.run(['connect', '-q', 'office', '--', 'echo', 'again']);
    expect(stdout).toBe('again\r\n');
    expect(code).toBe(0);
  });
});
