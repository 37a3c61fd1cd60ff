import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { APP_CALLS, APP_EVENTS, encodeWireMessage, PATH_CALLS } from '#shared/app-api/index.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** What reached this machine's network from the window, by any way. */
class Listener {
  readonly heard: string[] = [];
  readonly #tcp: Server;
  readonly #udp: Socket;

  constructor() {
    this.#tcp = createServer((socket) => {
      this.heard.push('tcp');
      socket.on('error', () => undefined).destroy();
    });
    this.#udp = createSocket('udp4', () => this.heard.push('udp'));
  }

  async open(): Promise<void> {
    this.#tcp.listen(0, '127.0.0.1');
    await once(this.#tcp, 'listening');
    this.#udp.bind(this.port, '127.0.0.1');
    await once(this.#udp, 'listening');
  }

  get port(): number {
    const address = this.#tcp.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  close(): void {
    this.#tcp.close();
    this.#udp.close();
  }
}

describe.skipIf(!canLaunchElectron())('the window of the real application', { timeout: 120_000 }, () => {
  let directory: string;
  let listener: Listener;
  let electron: RunningElectron;
  let page: Page;
  let bare = '';

  shareAmongTests(async (defer) => {
    directory = mkdtempSync(join(tmpdir(), 'clawreach-window-'));
    defer(() => rmSync(directory, { recursive: true, force: true }));
    listener = new Listener();
    await listener.open();
    defer(() => listener.close());
    electron = await launchElectron({ profile: join(directory, 'profile') });
    defer(() => electron.close());
    page = await electron.window();
    await page.waitForLoadState();
    // A document of the same origin and policy without a script of its own, which would use the page's connection itself.
    bare = await page.evaluate(() => document.querySelector<HTMLLinkElement>('link[rel=stylesheet]')?.href ?? '');
    await electron.application.evaluate(
      ({ BrowserWindow }, url) => BrowserWindow.getAllWindows()[0]?.loadURL(url),
      bare,
    );
    await page.waitForURL(bare);
  });

  /** What the attempt came to: `refused` when it threw. The policy of the page does not hold for the script itself, which comes from the test. */
  function attempt(script: (address: string) => unknown): Promise<unknown> {
    const address = JSON.stringify(`127.0.0.1:${listener.port}`);
    return page.evaluate(`Promise.resolve(${address}).then(${script.toString()}).catch(() => 'refused')`);
  }

  /** Sends bytes over a fresh connection of the page and reads the first answer. */
  function send(messages: readonly number[][]): Promise<string | null> {
    return page.evaluate(
      (messages) =>
        new Promise<string | null>((resolve) => {
          window.addEventListener(
            'message',
            (event) => {
              const port = event.ports[0];
              if (port === undefined) return;
              const answers: number[][] = [];
              port.addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => {
                const text = new TextDecoder().decode(data.subarray(1));
                if (!text.includes('"event"')) resolve(text);
              });
              port.addEventListener('close', () => resolve(answers.length === 0 ? null : ''));
              port.start();
              for (const message of messages) port.postMessage(Uint8Array.from(message));
            },
            { once: true },
          );
          (globalThis as unknown as { clawreach: { connect(): void } }).clawreach.connect();
        }),
      messages as number[][],
    );
  }

  function call(method: string, params: unknown): Promise<string | null> {
    return send([[...encodeWireMessage({ kind: 'control', json: { type: 'call', call: 1, method, params } })]]);
  }

  it('gives its page the names of the contract and two functions, nothing of Node or Electron [S-APP-1]', async () => {
    const seen = await page.evaluate(() => {
      const { clawreach } = globalThis as unknown as { clawreach: Record<string, unknown> };
      return {
        keys: Object.keys(clawreach),
        kinds: Object.values(clawreach).map((value) => typeof value),
        calls: clawreach['calls'],
        events: clawreach['events'],
        node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter(
          (name) => name in globalThis,
        ),
      };
    });
    expect(seen.keys).toEqual(['calls', 'events', 'connect', 'keepFiles']);
    expect(seen.kinds).toEqual(['object', 'object', 'function', 'function']);
    expect(new Set(seen.calls as string[])).toEqual(new Set(Object.keys(APP_CALLS)));
    expect(new Set(seen.events as string[])).toEqual(new Set(Object.keys(APP_EVENTS)));
    expect(seen.node).toEqual([]);
  });

  it('cannot be changed from within: what the preload script gave stays [S-APP-1]', async () => {
    const result = await page.evaluate(() => {
      const bridge = (globalThis as unknown as { clawreach: { connect: unknown } }).clawreach;
      try {
        bridge.connect = () => undefined;
      } catch {
        // Frozen.
      }
      return bridge.connect?.toString().includes('undefined');
    });
    expect(result).toBe(false);
  });

  it('has the preferences that it was asked for [S-APP-1]', async () => {
    const preferences = await electron.application.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('cannot reach the network by any way that pages have [S-APP-2]', async () => {
    const attempts: Record<string, (address: string) => unknown> = {
      fetch: (address) => fetch(`http://${address}/`).then(() => 'reached'),
      'fetch without cors': (address) => fetch(`http://${address}/`, { mode: 'no-cors' }).then(() => 'reached'),
      XMLHttpRequest: (address) =>
        new Promise((resolve, reject) => {
          const request = new XMLHttpRequest();
          request.addEventListener('load', () => resolve('reached'));
          request.addEventListener('error', reject);
          request.open('GET', `http://${address}/`);
          request.send();
        }),
      WebSocket: (address) =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(`ws://${address}/`);
          socket.addEventListener('open', () => resolve('reached'));
          socket.addEventListener('error', reject);
        }),
      EventSource: (address) =>
        new Promise((resolve, reject) => {
          const source = new EventSource(`http://${address}/`);
          source.addEventListener('open', () => resolve('reached'));
          source.addEventListener('error', () => {
            source.close();
            reject(new Error('refused'));
          });
        }),
      beacon: (address) => (navigator.sendBeacon(`http://${address}/`, 'x') ? 'queued' : 'refused'),
      image: (address) =>
        new Promise((resolve, reject) => {
          const image = new Image();
          image.addEventListener('load', () => resolve('reached'));
          image.addEventListener('error', reject);
          image.src = `http://${address}/x.png`;
        }),
      script: (address) =>
        new Promise((resolve, reject) => {
          const script = document.createElement('script');
          script.addEventListener('load', () => resolve('reached'));
          script.addEventListener('error', reject);
          script.src = `http://${address}/x.js`;
          document.head.append(script);
        }),
      worker: (address) =>
        new Promise((resolve, reject) => {
          const blob = new Blob([`fetch('http://${address}/').then(() => postMessage(1))`]);
          const worker = new Worker(URL.createObjectURL(blob));
          worker.addEventListener('message', () => resolve('reached'));
          worker.addEventListener('error', reject);
        }),
      'peer connection': async (address) => {
        const connection = new RTCPeerConnection({
          iceServers: [
            {
              urls: [`stun:${address}`, `turn:${address}?transport=udp`, `turn:${address}?transport=tcp`],
              username: 'a',
              credential: 'b',
            },
          ],
        });
        connection.createDataChannel('x');
        await connection.setLocalDescription(await connection.createOffer());
        await new Promise((resolve) => {
          setTimeout(resolve, 1500);
        });
        const gathered = connection.localDescription?.sdp.includes('typ srflx') === true;
        connection.close();
        return gathered ? 'reached' : 'refused';
      },
      'hints of a page': async (address) => {
        for (const relation of ['preconnect', 'dns-prefetch', 'prefetch', 'preload', 'stylesheet', 'icon']) {
          const link = document.createElement('link');
          link.rel = relation;
          link.href = `http://${address}/hint`;
          document.head.append(link);
        }
        await new Promise((resolve) => {
          setTimeout(resolve, 500);
        });
        return 'refused';
      },
    };
    const outcomes: Record<string, unknown> = {};
    for (const [name, script] of Object.entries(attempts))
      outcomes[name] = [await attempt(script), ...listener.heard.splice(0)];
    // A beacon's answer is that it was taken; that it went nowhere is what the listener says.
    expect(outcomes).toEqual(
      Object.fromEntries(Object.keys(attempts).map((name) => [name, [name === 'beacon' ? 'queued' : 'refused']])),
    );
  });

  it('cannot read files of this machine, nor beyond its own [S-APP-2]', async () => {
    for (const url of ['file:///etc/passwd', 'app://clawreach/../package.json', 'app://evil/index.html']) {
      expect(
        await page.evaluate(
          (url) =>
            fetch(url).then(
              (answer) => answer.text(),
              () => 'refused',
            ),
          url,
        ),
      ).toBe('refused');
    }
  });

  it('opens no window, goes nowhere, and embeds nothing [S-APP-2]', async () => {
    expect(await attempt(() => (window.open('https://evil.example/') === null ? 'refused' : 'opened'))).toBe('refused');
    expect(await attempt(() => (window.open('app://clawreach/index.html') === null ? 'refused' : 'opened'))).toBe(
      'refused',
    );
    await page.evaluate(() => {
      window.location.href = 'https://evil.example/';
    });
    await page.evaluate(() => {
      window.location.assign('file:///etc/passwd');
    });
    await page.evaluate(() => {
      const form = document.createElement('form');
      form.action = 'https://evil.example/';
      document.body.append(form);
      form.submit();
      form.remove();
      const link = document.createElement('a');
      link.href = 'https://evil.example/';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
    });
    const embedded = await page.evaluate(async () => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'https://evil.example/');
      const frame = document.createElement('iframe');
      frame.src = 'https://evil.example/';
      document.body.append(view, frame);
      await new Promise((resolve) => {
        frame.addEventListener('load', resolve);
      });
      let content = 'closed to us';
      try {
        content = frame.contentDocument?.body.innerHTML ?? 'closed to us';
      } catch {
        // Another origin: Chromium's own page about what it has refused.
      }
      const kind = view instanceof HTMLUnknownElement || 'getWebContentsId' in view === false;
      view.remove();
      frame.remove();
      return { kind, content };
    });
    expect(embedded).toEqual({ kind: true, content: 'closed to us' });
    expect(page.url()).toBe(bare);
    const all = await electron.application.evaluate(({ webContents }) => webContents.getAllWebContents().length);
    expect(all).toBe(1);
  });

  it('gets no permission but to write plain text to the clipboard [S-APP-2]', async () => {
    const answers = await page.evaluate(async () => {
      const state = async (name: string): Promise<string> => {
        try {
          return (await navigator.permissions.query({ name } as PermissionDescriptor)).state;
        } catch {
          return 'unknown';
        }
      };
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'clipboard-read',
        'midi',
        'persistent-storage',
      ];
      const granted = [];
      for (const name of names) if ((await state(name)) === 'granted') granted.push(name);
      return {
        granted,
        media: await navigator.mediaDevices.getUserMedia({ audio: true }).then(
          () => 'granted',
          () => 'refused',
        ),
        screen: await navigator.mediaDevices.getDisplayMedia().then(
          () => 'granted',
          () => 'refused',
        ),
        notification: await Notification.requestPermission(),
        read: await navigator.clipboard.readText().then(
          () => 'granted',
          () => 'refused',
        ),
      };
    });
    expect(answers).toEqual({
      granted: [],
      media: 'refused',
      screen: 'refused',
      notification: 'denied',
      read: 'refused',
    });
    // Writing itself needs the focus, which no window has where there is no window manager.
    const write = { name: 'clipboard-write' } as unknown as PermissionDescriptor;
    expect(await page.evaluate(async (write) => (await navigator.permissions.query(write)).state, write)).toBe(
      'granted',
    );
  });

  it('answers its calls, and refuses garbage to each of them [S-APP-1]', async () => {
    expect(await call('shell.settings.get', {})).toContain('"theme":"system"');
    // Calls with paths are refused whatever they say.
    const withPaths: ReadonlySet<string> = new Set(PATH_CALLS);
    for (const method of Object.keys(APP_CALLS)) {
      const code = withPaths.has(method) ? 'shell.paths' : 'control.invalid';
      for (const params of [null, 42, 'garbage', [], { unknown: true }]) {
        expect([method, params, await call(method, params)]).toEqual([
          method,
          params,
          expect.stringContaining(`"code":"${code}"`),
        ]);
      }
    }
  });

  it('loses its connection when it sends what is no message [S-APP-1]', async () => {
    expect(await send([[0, 1, 2, 3]])).toBe(null);
    expect(await send([[9]])).toBe(null);
    expect(await call('shell.settings.get', {})).toContain('"theme"');
  });

  it('opens no link of another kind [S-APP-5]', async () => {
    for (const url of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://evil/share',
      'https://bank.example@evil.example/',
    ]) {
      expect(await call('shell.openLink', { url })).toContain('"code":"shell.link"');
    }
  });

  it('writes a text only where the person has chosen, and under no name that leads elsewhere [S-APP-4]', async () => {
    const chosen = join(directory, 'chosen.ini');
    await electron.application.evaluate(({ dialog }, filePath) => {
      const asked: (string | undefined)[] = [];
      (globalThis as unknown as { asked: unknown }).asked = asked;
      const answers = [{ canceled: false, filePath }];
      dialog.showSaveDialog = (...given: readonly unknown[]) => {
        asked.push((given.at(-1) as Readonly<{ defaultPath?: string }>).defaultPath);
        return Promise.resolve(answers.shift() ?? { canceled: true, filePath: '' });
      };
    }, chosen);
    for (const name of ['../.bashrc', '/etc/passwd', '.profile', 'a\\b', '']) {
      expect(await call('shell.saveText', { name, text: 'x' })).not.toContain('saved');
    }
    expect(await call('shell.saveText', { name: 'forwards.ini', text: '[a]' })).toContain('"saved":true');
    expect(readFileSync(chosen, 'utf8')).toBe('[a]');
    expect(await call('shell.saveText', { name: 'forwards.ini', text: '[b]' })).toContain('"saved":false');
    expect(readFileSync(chosen, 'utf8')).toBe('[a]');
    const asked = await electron.application.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
    expect(asked.map((path) => path.split('/').at(-1))).toEqual(['forwards.ini', 'forwards.ini']);
  });

  it('gives no connection to anybody else, though he has the preload script [S-APP-1]', async () => {
    const outcome = await electron.application.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/dist/desktop/preload.cjs`;
      const forged = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await forged.loadURL('about:blank').catch(() => undefined);
      const script = `new Promise((resolve) => {
        window.addEventListener('message', (event) => event.ports.length > 0 && resolve('connected'));
        window.clawreach.connect();
        setTimeout(() => resolve('refused'), 700);
      })`;
      const results = [await forged.webContents.executeJavaScript(script)];
      await forged.loadURL('app://clawreach/index.html');
      results.push(await forged.webContents.executeJavaScript(script));
      forged.destroy();
      return results;
    });
    expect(outcome).toEqual(['refused', 'refused']);
  });

  it('has its own headers on every answer [S-APP-2]', async () => {
    const headers = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.originalPolicy), {
            once: true,
          });
          void fetch('http://127.0.0.1:1/').catch(() => undefined);
        }),
    );
    expect(headers).toContain("connect-src 'none'");
    expect(headers).toContain("default-src 'none'");
  });

  it('is loaded anew once when its process crashes, and connects again', async () => {
    const keys = await electron.application.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents === undefined) return 'no window';
      const loaded = new Promise<void>((resolve) => {
        contents.once('did-finish-load', () => resolve());
      });
      contents.forcefullyCrashRenderer();
      await loaded;
      return (await contents.executeJavaScript('[location.href, ...Object.keys(window.clawreach)].join()')) as string;
    });
    expect(keys).toBe('app://clawreach/index.html,calls,events,connect,keepFiles');
  });
});

describe.skipIf(!canLaunchElectron())('the window of a normal user', { timeout: 120_000 }, () => {
  it("is drawn by a process that Chromium's sandbox keeps from system calls [S-APP-1]", async () => {
    const electron = await launchElectron({ user: 'normal' });
    try {
      const page = await electron.window();
      await page.waitForLoadState();
      const { pid, switchedOff } = await electron.application.evaluate(({ app, BrowserWindow }) => ({
        pid: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
        switchedOff: app.commandLine.hasSwitch('no-sandbox'),
      }));
      expect(switchedOff).toBe(false);
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      // 2: a filter of system calls; nothing can be gained by running another program either.
      expect(/^Seccomp:\s+(\d)/m.exec(status)?.[1]).toBe('2');
      expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe('1');
    } finally {
      await electron.close();
    }
  });
});
