import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { LocalTerminal } from '#test/support/e2e/local-terminal.ts';
import { Stage } from '#test/support/e2e/stage.ts';

const SIZE = { cols: 100, rows: 30 };

/** Programs that a machine may not have; each that is missing is said once, and its test left out. */
function has(program: string): boolean {
  const found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!found) console.info(`SKIPPED: ${program} is not installed, so its screen is not compared`);
  return found;
}

describe('a terminal there shows what a terminal here would', () => {
  let stage: Stage;
  let office: Device;
  let laptop: Device;
  const windows: LocalTerminal[] = [];

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    ({ office, laptop } = await stage.pairedDevices(relay));
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) window.close();
    await stage.restore();
  });
  afterAll(() => stage.close());

  function keep(window: LocalTerminal): LocalTerminal {
    windows.push(window);
    return window;
  }

  /** The command on a terminal of this machine, and the same through the product. */
  function local(command: readonly string[], size = SIZE): LocalTerminal {
    const [file = '', ...args] = command;
    const home = stage.environment['HOME'] ?? '/';
    return keep(new LocalTerminal(file, args, { environment: stage.environment, cwd: home, ...size }));
  }
  function remote(command: readonly string[], size = SIZE): LocalTerminal {
    return keep(laptop.window(['connect', '-q', 'office', '--', ...command], size));
  }

  async function compare(command: readonly string[], size = SIZE): Promise<LocalTerminal> {
    const here = local(command, size);
    const hereEnd = await here.ended();
    const there = remote(command, size);
    expect(await there.ended()).toEqual(hereEnd);
    expect(there.shown()).toEqual(here.shown());
    return there;
  }

  it('two hundred thousand lines, every one', async () => {
    const there = await compare(['/bin/sh', '-c', 'seq 1 200000; exit 9']);
    expect(there.lines().slice(-2)).toEqual(['199999', '200000']);
    // Not only the last screens: all of it came, in order.
    const { stdout } = await laptop.run(['connect', '-q', '-tt', 'office', '--', 'seq', '1', '200000']);
    expect(stdout).toBe(Array.from({ length: 200_000 }, (_line, index) => `${index + 1}\r\n`).join(''));
  });

  it('text of all widths, cut anywhere', async () => {
    const text = [
      'Grüße, Ελλάς, Привет, नमस्ते',
      '漢字かな交じり文 全角 テスト 한국어',
      'e\u0301 a\u0308o\u0302 n\u0303 combining',
      '😀 👍🏽 👨‍👩‍👧 🇩🇪',
      '─│┌┐└┘├┤ ░▒▓█',
    ].join('\n');
    const file = join(stage.directory, 'text');
    writeFileSync(file, `${text}\n`);
    const there = await compare(['cat', file]);
    expect(there.text()).toContain('漢字かな交じり文');
    // One byte at a time, at the right margin, on a narrow screen.
    const script = `i=0; while [ $i -lt ${Buffer.byteLength(text)} ]; do dd if=${file} bs=1 skip=$i count=1 2>/dev/null; i=$((i+7)); done; cat ${file} ${file}`;
    await compare(['/bin/sh', '-c', script], { cols: 21, rows: 10 });
  });

  it('colours, attributes, moves of the cursor, scrolling regions and tabs', async () => {
    const script = [
      'for i in 0 1 2 3 4 5 6 7; do printf "\\033[3${i}mcolour\\033[4${i}m back \\033[0m\\t"; done; echo',
      'printf "\\033[1mbold\\033[3mitalic\\033[4munder\\033[7minverse\\033[9mstruck\\033[0m\\n"',
      'printf "\\033[38;5;208mindexed\\033[38;2;10;20;30mtrue\\033[0m\\n"',
      'printf "\\033[5;10r\\033[10;1Hone\\ntwo\\nthree\\033[r"',
      'printf "\\033[15;40Hmiddle\\033[1Kx\\033[2;3H\\033[2@\\033[20;1Hlast\\033[2A\\033[5C*"',
    ].join('; ');
    const there = await compare(['/bin/sh', '-c', script]);
    expect(there.text()).toContain('bolditalicunderinversestruck');
  });

  it('the alternate screen comes and goes', async () => {
    const script =
      'echo before; printf "\\033[?1049h\\033[H\\033[2Jinside"; read line; printf "\\033[?1049l"; echo after $line';
    const command = ['/bin/sh', '-c', script];
    const here = local(command);
    const there = remote(command);
    for (const window of [here, there]) await window.until('the screen', (text) => text.includes('inside'));
    await there.untilSameAs(here);
    expect(there.shown()).toMatchObject({ buffer: 'alternate' });
    for (const window of [here, there]) window.type('done\r');
    for (const window of [here, there]) await window.ended();
    expect(there.shown()).toEqual(here.shown());
    expect(there.text()).toMatch(/before\nafter done$/);
  });

  it.runIf(has('vim'))('vim: opens, inserts, scrolls, writes and quits', async () => {
    const file = join(stage.directory, 'note.txt');
    const command = ['vim', '-u', 'NONE', '-i', 'NONE', '-N', '-n', '--cmd', 'set ruler showmode', file];
    const results: string[] = [];
    const edit = [
      ['ihello über 漢字\u001b', 'hello über 漢字'],
      ['o' + 'line\ro'.repeat(3) + '\u001b', 'line'],
      [':%s/line/LINE/g\r', 'LINE'],
      ['100aX \u001bgg', 'X X X'],
    ] as const;
    const screens = await Promise.all(
      [local, remote].map(async (open) => {
        rmSync(file, { force: true });
        const window = open(command);
        await window.until('vim', (text) => text.includes('[New]'));
        return window;
      }),
    );
    const [here, there] = screens;
    if (here === undefined || there === undefined) throw new Error('there are two');
    for (const [keys, sign] of edit) {
      for (const window of screens) window.type(keys);
      for (const window of screens) await window.until(sign, (text) => text.includes(sign));
      await there.untilSameAs(here);
    }
    for (const window of screens) {
      window.type(':wq!\r');
      expect(await window.ended()).toEqual({ code: 0, signal: 0 });
      results.push(readFileSync(file, 'utf8'));
      rmSync(file);
    }
    expect(results[1]).toBe(results[0]);
    expect(results[1]).toContain('hello über 漢字');
    expect(there.shown()).toEqual(here.shown());
  });

  it.runIf(has('less'))('less: pages, searches and quits', async () => {
    const file = join(stage.directory, 'long');
    writeFileSync(
      file,
      Array.from({ length: 500 }, (_line, index) => `line ${index} ${'.'.repeat(index % 90)}\n`).join(''),
    );
    const here = local(['less', file]);
    const there = remote(['less', file]);
    for (const [keys, sign] of [
      ['', 'line 1 '],
      [' ', 'line 40 '],
      ['/line 300\r', 'line 300 '],
      ['G', '(END)'],
    ] as const) {
      for (const window of [here, there]) window.type(keys);
      for (const window of [here, there]) await window.until(sign, (text) => text.includes(sign));
      await there.untilSameAs(here);
    }
    for (const window of [here, there]) {
      window.type('q');
      expect(await window.ended()).toEqual({ code: 0, signal: 0 });
    }
    expect(there.shown()).toEqual(here.shown());
  });

  it('a change of the window reaches the program that runs', async () => {
    const script = 'trap "stty size; echo changed" WINCH; stty size; echo ready; while :; do sleep 0.1; done';
    const there = remote(['/bin/sh', '-c', script]);
    await there.until('the start', (text) => text.includes('ready'));
    expect(there.text()).toContain('30 100');
    for (const [cols, rows] of [
      [61, 17],
      [140, 50],
    ] as const) {
      there.resize(cols, rows);
      await there.until('the new size', (text) => text.includes(`${rows} ${cols}\nchanged`));
    }
    there.type('\u0003');
    expect(await there.ended()).toEqual({ code: 130, signal: 0 });
  });

  it('Ctrl-C under a flood gives the prompt back', async () => {
    const window = keep(laptop.window(['connect', '-q', 'office'], SIZE));
    await window.until('the prompt', (text) => text.endsWith('there>'));
    for (let round = 1; round <= 3; round += 1) {
      window.type('yes\r');
      await window.untilReceived(3_000_000);
      const begun = performance.now();
      window.type('\u0003');
      await window.until('the prompt', (text) => text.endsWith('there>'));
      console.info(`Ctrl-C under a flood, round ${round}: prompt after ${(performance.now() - begun).toFixed(0)} ms`);
    }
    window.type('echo $((6 * 7))\r');
    await window.until('an answer', (text) => text.includes('\n42\n'));
    window.type('exit 4\r');
    expect(await window.ended()).toEqual({ code: 4, signal: 0 });
  });

  it('a detached terminal goes on, and shows the same screen when it is taken up again', async () => {
    const first = keep(laptop.window(['connect', '-q', 'office'], SIZE));
    await first.until('the prompt', (text) => text.endsWith('there>'));
    first.type('printf "\\033[32mgreen\\033[0m 漢字\\n"; seq 1 100; cd /tmp; x=kept\r');
    await first.until('the output', (text) => text.endsWith('\n100\nthere>'));
    first.type('\r');
    await first.until('the next prompt', (text) => text.endsWith('\n100\nthere>\nthere>'));
    const before = first.content();
    first.type('~d');
    expect(await first.ended()).toEqual({ code: 0, signal: 0 });
    const [, id = ''] = /--terminal ([0-9a-f]{8})/.exec(first.text().replaceAll('\n', '')) ?? [];
    expect(first.text()).toContain('Left running on office.');
    await expect
      .poll(() => laptop.json('terminals', 'office'))
      .toMatchObject([{ terminal: expect.stringMatching(`^${id}`) as string, attached: false, cols: 100, rows: 30 }]);
    expect((await office.status()).terminals.serving).toBe(1);

    const second = keep(laptop.window(['connect', '-q', 'office', '--terminal', id], SIZE));
    await second.until('the screen', (text) => text.endsWith('\n100\nthere>\nthere>'));
    expect(second.content()).toEqual(before);
    expect(await laptop.json('terminals', 'office')).toMatchObject([
      { terminal: expect.stringMatching(`^${id}`) as string, attached: true },
    ]);
    second.type('echo $x $PWD; exit 6\r');
    expect(await second.ended()).toEqual({ code: 6, signal: 0 });
    expect(second.text()).toContain('kept /tmp');
    await expect.poll(() => laptop.json('terminals', 'office')).toEqual([]);
  });

  it('a full-screen program whose window became narrower is whole when it is taken up again', async () => {
    const draw =
      'draw() { set -- $(stty size); i=1; while [ $i -le $1 ]; do printf "\\033[$i;1H%.$(($2 - 4))s\\033[K" "$i $2x$1 $(printf "%0120d" 0)"; i=$((i+1)); done; }';
    const command = [
      '/bin/sh',
      '-c',
      `stty -echo; ${draw}; printf "\\033[?1049h"; trap draw WINCH; draw; while :; do sleep 0.1; done`,
    ];
    const first = keep(laptop.window(['connect', '-q', 'office', '--', ...command], SIZE));
    await first.until('the program', (text) => text.includes('\n30 100x30 000'));
    first.type('\r~d');
    await first.ended();
    const [, id = ''] = /--terminal ([0-9a-f]{8})/.exec(first.text().replaceAll('\n', '')) ?? [];
    const narrow = { cols: 60, rows: 30 };
    const rows = Array.from({ length: 30 }, (_row, row) => `${row + 1} 60x30 ${'0'.repeat(120)}`.slice(0, 56));
    for (const _time of ['narrower', 'again']) {
      const window = keep(laptop.window(['connect', '-q', 'office', '--terminal', id], narrow));
      await window.until('all of it', (text) => text === rows.join('\n'));
      expect(window.lines()).toEqual(rows);
      window.type('\r~d');
      await window.ended();
    }
  });

  it('taken up in a second window, it leaves the first one with a message', async () => {
    const first = keep(laptop.window(['connect', '-q', 'office'], SIZE));
    await first.until('the prompt', (text) => text.endsWith('there>'));
    const [listing] = (await laptop.json('terminals', 'office')) as readonly Readonly<{ terminal: string }>[];
    const second = keep(laptop.window(['connect', '-q', 'office', '--terminal', listing?.terminal ?? ''], SIZE));
    expect((await first.ended()).code).not.toBe(0);
    expect(first.text()).toContain('[terminal.taken-over]');
    second.type('exit\r');
    expect((await second.ended()).code).toBe(0);
  });

  it('leaves the modes of the terminal as they were, however the session ends', async () => {
    const window = keep(laptop.shell(SIZE));
    await window.until('the prompt here', (text) => text.endsWith('here>'));
    window.type('clear; before=$(stty -g)\r');
    const endings = [
      ['exit 5\r', 'code=5'],
      ['\r~.', 'code=130'],
      ['\r~d', 'code=0'],
      ['kill -9 $$\r', 'code=137'],
    ] as const;
    for (const [index, [keys, sign]] of endings.entries()) {
      window.type(
        `clear; clawreach connect -q office; echo "code=$?"; test "$before" = "$(stty -g)" && echo same-${index}\r`,
      );
      await window.until('the prompt there', (text) => text.endsWith('there>'));
      window.type(keys);
      await window.until('the prompt here', (text) => text.includes(`\n${sign}\n`) && text.endsWith('here>'));
      expect(window.text()).toContain(`\nsame-${index}\n`);
    }
    window.type('exit\r');
    await window.ended();
    expect(existsSync(laptop.profile)).toBe(true);
  });
});
