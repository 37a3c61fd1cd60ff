import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network, networkProblem } from '#test/support/faults/index.ts';

const problem = networkProblem();
if (problem !== undefined) console.info(`SKIPPED: ${problem}, so machines with addresses of their own are not tested`);

/** Answers each line with the same line. */
const ECHO = `require('net').createServer((socket) => socket.pipe(socket)).listen(7000, '0.0.0.0', () => console.log('ready'))`;
/** Sends a line and says what comes back; the words are host and port. */
const ASK = `
  const [host, port] = process.argv.slice(1);
  const socket = require('net').connect({ host, port, timeout: 1000 });
  const say = (word) => { console.log(word); process.exit(); };
  socket.on('timeout', () => say('silence')).on('error', (error) => say(error.code)).on('data', (data) => say(String(data)));
  socket.write('hello');
`;

describe.runIf(problem === undefined)('machines of a network', () => {
  let network: Network;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    network = Network.create(['one', 'two', 'three']);
    const server = run('two', ECHO);
    if (server.stdout !== null) await once(server.stdout, 'data');
  });
  afterEach(() => {
    for (const child of children.splice(1)) child.kill('SIGKILL');
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    network.close();
  });

  function run(machine: string, script: string, ...words: readonly string[]): ChildProcess {
    const [program = '', ...before] = network.on(machine);
    const child = spawn(program, [...before, process.execPath, '-e', script, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  }
  async function ask(machine: string, host: string, port = 7000): Promise<string> {
    const child = run(machine, ASK, host, String(port));
    if (child.stdout === null) throw new Error('no output');
    return String((await once(child.stdout, 'data'))[0]).trim();
  }

  it('reach one another under their addresses, and servers of this process', async () => {
    expect(await ask('one', network.addressOf('two'))).toBe('hello');
    const here = createServer((socket) => void socket.end('from here'));
    here.listen(0, network.hostAddress);
    await once(here, 'listening');
    expect(await ask('three', network.hostAddress, (here.address() as AddressInfo).port)).toBe('from here');
    here.close();
  });

  it('lose one another without a word, while others go on, and find one another again', async () => {
    network.blackHole('one', 'two');
    expect(await ask('one', network.addressOf('two'))).toBe('silence');
    expect(await ask('three', network.addressOf('two'))).toBe('hello');
    network.heal('one', 'two');
    expect(await ask('one', network.addressOf('two'))).toBe('hello');
  });

  it('lose one direction alone', async () => {
    network.cut('two', 'one');
    expect(await ask('one', network.addressOf('two'))).toBe('silence');
    network.mend('two', 'one');
    expect(await ask('one', network.addressOf('two'))).toBe('hello');
  });
});
