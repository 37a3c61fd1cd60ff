import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// Program of an agent for the tests: obeys lines of JSON, with the client for JavaScript.
const [, , directory, configPath] = process.argv;
const { AgentLink, AgentLinkError } = await import(pathToFileURL(`${directory}/dist/index.js`).href);

const say = (value) => console.log(JSON.stringify(value));

function start() {
  try {
    const at = configPath === '' ? { agentId: 'coder' } : { configPath };
    const link = new AgentLink({ ...at, retryDelay: 50, log: (text, error) => console.error(text, error) });
    say({ event: 'ready' });
    return link;
  } catch (error) {
    say({ event: 'unusable', code: error.code, text: error.message });
    return process.exit(1);
  }
}

const link = start();

async function handle(from, message) {
  const { body } = message;
  say({ event: 'begin', from, body });
  if (body.startsWith('slow')) await new Promise((wake) => setTimeout(wake, Number(body.split(' ')[1]) * 1000));
  if (body === 'fail') throw new Error('fails as it was asked to');
  if (body === 'close') void link.close();
  if (body.startsWith('answer')) await link.reply(message, body.toUpperCase());
  say({ event: 'end', from, body });
  return body.startsWith('return') ? body.toUpperCase() : undefined;
}

async function work(command) {
  const { do: what, id, to, body, wait, timeout, yes, files } = command;
  if (what === 'send') return link.send(to, body, { wait, timeout, relayCanRead: yes, files });
  if (what === 'ask and die') {
    await link.send(to, body, { wait: 'reply' });
    process.kill(process.pid, 'SIGKILL');
  }
  if (what === 'listen') return link.onMessage(handle);
  if (what === 'listen badly') {
    const fail = () => {
      say({ event: 'failing' });
      throw new Error('fails as it was asked to');
    };
    link.onMessage(fail);
    await link.onFiles(fail);
  }
  if (what === 'listen for files')
    return link.onFiles(({ id: of, files: ended }) => say({ event: 'files', id: of, files: ended }));
  if (what === 'status') return link.status(id, { wait });
  if (what === 'cancel') {
    const { message, mayBeOnItsWay } = await link.cancel(id);
    return { state: message.state, mayBeOnItsWay };
  }
  if (what === 'inbox') {
    const messages = await link.inbox({ wait });
    await link.ack(messages);
    return messages;
  }
  if (what === 'peers')
    return (await link.peers()).map(({ address, agents, verified }) => ({
      address,
      agents: agents.map(({ name }) => name),
      verified,
    }));
  const { inspect } = await import('node:util');
  return inspect(link, { depth: 9, showHidden: true });
}

/** Carries out a command, and says its result. */
async function carryOut(command) {
  try {
    say({ n: command.n, value: await work(command) });
  } catch (error) {
    if (!(error instanceof AgentLinkError)) throw error;
    say({ n: command.n, code: error.code, text: error.message });
  }
}

// Several at once: a program may send while a handler runs.
createInterface({ input: process.stdin }).on('line', (line) => void carryOut(JSON.parse(line)));
