import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { CallOutput } from '#shared/app-api/index.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { isRunning, processesMarked } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { until } from '#test/support/e2e/until.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { callFromPage, takePort } from '#test/support/electron/shell-calls.ts';
import { freePort } from '#test/support/free-port.ts';
import { tellStepByStep } from '#test/support/steps.ts';
import { DesktopSession } from '#test/support/window/session.ts';

type HostedRelay = CallOutput<'shell.relay.get'>;

/** A device looks for a lost relay again within 30 s, and a machine may be busy, ms. */
const COMES_BACK = 60_000;
/** The relay that was used before; nobody listens there, so that nothing but its address counts. */
const BEFORE = 'wss://127.0.0.1:9';

/** The application with a relay, beside an agent that does not end with it. Each test goes on where the one before ended. */
describe.skipIf(!canLaunchElectron())('quitting an application whose relay others use', () => {
  let stage: Stage;
  let session: DesktopSession;
  let laptop: Device;
  let office: Device;
  let application: RunningElectron;
  let relay: HostedRelay;
  let terminal: ReturnType<Device['window']>;

  async function launch(): Promise<void> {
    application = await launchElectron({ session, profile: laptop.profile, env: stage.environment });
    try {
      await takePort(await application.window());
      relay = await until('the relay', async () => {
        const now = await callFromPage(await application.window(), 'shell.relay.get', {});
        return now.state === 'running' || now.state === 'off' ? now : undefined;
      });
    } catch (cause) {
      const log = readFileSync(join(laptop.profile, 'application.log'), 'utf8').split('\n').slice(-30).join('\n');
      throw new Error(`${String(cause)}\n${application.output}\n${log}`, { cause });
    }
  }

  /** Answers in the place of a person. @param button the first is Quit, the second Cancel */
  async function answer(button: 0 | 1): Promise<void> {
    await application.application.evaluate(({ dialog }, response) => {
      const asked: unknown[] = [];
      Object.assign(globalThis, { asked });
      dialog.showMessageBox = (...words: unknown[]) => {
        asked.push(words.at(-1));
        return Promise.resolve({ response, checkboxChecked: false });
      };
    }, button);
  }

  function asked(): Promise<readonly Readonly<{ message: string; detail: string; buttons: readonly string[] }>[]> {
    return application.application.evaluate(() => (globalThis as unknown as { asked: [] }).asked);
  }

  const step = tellStepByStep(async (defer) => {
    stage = new Stage();
    defer(() => stage.close());
    session = await DesktopSession.start();
    defer(() => session.close());
    laptop = stage.device('laptop');
    office = stage.device('office');
    laptop.start(['run', '--name=laptop', '--shell=/bin/sh']);
    await until('the agent', async () => ((await laptop.run(['status'])).code === 0 ? true : undefined));
    // Nobody answers there, and it is kept all the same.
    await laptop.run(['config', 'relay', BEFORE]);
    defer(async () => {
      await answer(0).catch(() => undefined);
      await application.quit();
    });
    // Others of this machine host relays on the usual port as well, and one that was lost must not be found as theirs.
    writeFileSync(join(laptop.profile, 'hosted-relay.json'), JSON.stringify({ on: false, port: await freePort() }));
    await launch();
    const page = await application.window();
    relay = await callFromPage(page, 'shell.relay.start', {});
    const options = ['--relay', `wss://127.0.0.1:${new URL(relay.url ?? '').port}`, '--pin', relay.pin ?? ''];
    await office.runAgent({ options, token: relay.admission ?? '' }, { first: true });
    await laptop.untilOnline();
    await office.pairWith(laptop);
    // Through the relay, whatever else this machine's network would allow.
    await laptop.ok('path', 'office', '--mode', 'relay-only');
    terminal = laptop.window(['connect', 'office']);
    defer(() => terminal.close());
    await terminal.until('a prompt', (text) => text.includes('there>'));
    terminal.type('kept=something\r');
  });

  step('says first who uses it, and goes on where that is not wanted', async () => {
    const facts = await callFromPage(await application.window(), 'shell.facts', {});
    expect(facts).toMatchObject({ ownsAgent: false, canHostRelay: true });
    await answer(1);
    await application.application.evaluate(({ app }) => app.quit());
    const [question] = await until('the question', async () => {
      const questions = await asked();
      return questions.length > 0 ? questions : undefined;
    });
    expect(question?.message).toBe('Quit and turn off the relay on this machine?');
    expect(question?.detail).toContain('office is using it.');
    expect(question?.buttons).toEqual(['Quit ClawReach', 'Cancel']);
    const { url, pin, admission } = relay;
    const now = await callFromPage(await application.window(), 'shell.relay.get', {});
    // The answer about the router comes later.
    expect(now).toMatchObject({ state: 'running', url, pin, admission });
  });

  step('ends with its relay where it is wanted, and the agent says what is off and what to do', async () => {
    await answer(0);
    await application.quit();
    await expect
      .poll(() => processesMarked(`E2E_STAGE=${stage.environment['E2E_STAGE']}`).map(({ command }) => command))
      .not.toContainEqual(expect.stringContaining('clawreach-relay'));
    await until('the agent to know', async () => {
      const { relay: status, relayBefore } = await laptop.status();
      return status.problem === 'relay.hosted-off-before' && relayBefore?.startsWith(BEFORE) === true
        ? true
        : undefined;
    });
    const said = await laptop.ok('status');
    expect(said).toContain('The relay on this machine is off. It runs only while ClawReach is open.');
    expect(said).toContain(`Before that: ${BEFORE}. Return to it: clawreach config relay --back`);
    // Where this network can't help either.
    const client = await laptop.connect();
    await client.call('network.set', { listen: 'outbound-only' });
    const { code, stderr } = await laptop.run(['pair']);
    await client.call('network.set', { listen: 'on' });
    client.close();
    expect(code).toBe(6);
    expect(stderr).toContain('Start ClawReach');
  });

  step('has everything again after its next start, without anybody doing anything', async () => {
    const { url, pin } = relay;
    await launch();
    await until('the relay', async () => {
      relay = await callFromPage(await application.window(), 'shell.relay.get', {});
      return relay.state === 'running' ? true : undefined;
    });
    expect(relay).toMatchObject({ url, pin });
    await laptop.untilOnline();
    await office.untilOnline();
    terminal.type('echo "still $kept"\r');
    await terminal.until('the shell of before', (text) => text.includes('still something'), COMES_BACK);
  });

  step('is not asked about where nobody else uses it', async () => {
    terminal.close();
    await office.ok('stop');
    await until('the relay to know', async () => {
      const client = await laptop.connect();
      const present = await client.call('relay.present', {});
      client.close();
      return present.length === 0 ? true : undefined;
    });
    // Were it asked, it would go on.
    await answer(1);
    await application.quit();
    expect(isRunning(application.pid)).toBe(false);
  });

  step('leaves this device where the person has taken it meanwhile, and runs for others all the same', async () => {
    const { code, stderr } = await laptop.run(['config', 'relay', '--back']);
    expect([code, stderr]).toEqual([6, expect.stringContaining(`This machine uses ${BEFORE} again.`)]);
    await launch();
    await until('the relay', async () => {
      const now = await callFromPage(await application.window(), 'shell.relay.get', {});
      return now.state === 'running' ? true : undefined;
    });
    const status = await laptop.status();
    expect(status.relay.url).toBe(BEFORE);
    expect(status.relayBefore).toBeUndefined();
    expect((await laptop.run(['config', 'relay', '--back'])).code).toBe(2);
  });
});
