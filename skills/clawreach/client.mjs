// Client of the OpenClaw skill: connects to the relay RELAY_URL as NODE_ID with AUTH_TOKEN, and serves prompts, status, restarts and workflows. The relay
// can read everything that it carries. Needs Node 22 or later, and nothing else.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const HEARTBEAT = 15_000;
const BACK_OFF = { first: 1000, longest: 30_000 };
/** Lifetime after which pauses start short again, ms. */
const STABLE = 10_000;
const HELLO_TIMEOUT = 10_000;
const KINDS = ['prompt', 'status', 'restart', 'workflow'];
const MOST = { running: 4, message: 1024 * 1024, prompt: 200_000, answer: 2 * 1024 * 1024, unsent: 4 * 1024 * 1024 };

const { RELAY_URL = '', NODE_ID = '', AUTH_TOKEN = '', ALLOW, WORKFLOWS } = process.env;
/** Program that runs prompts and restarts, and its first arguments; tests set another. */
const program = JSON.parse(process.env.OPENCLAW_PROGRAM ?? '["openclaw"]');
const allowed = new Set(ALLOW === undefined ? KINDS : ALLOW.split(',').map((kind) => kind.trim()));
let workflows = {};
const startedAt = Date.now();
/** Running requests by ID. */
const running = new Map();
let lastError = null;
let socket;
/** Form of the last request: nested, as the published skill has it, or flat, as documented. */
let isFlat = false;

function checkSettings() {
  if (typeof WebSocket === 'undefined') throw new Error('Node 22 or later is needed');
  if (NODE_ID === '' || AUTH_TOKEN.length < 8) throw new Error('set RELAY_URL, NODE_ID and AUTH_TOKEN (8 characters)');
  const unknown = [...allowed].find((kind) => kind !== '' && !KINDS.includes(kind));
  if (unknown !== undefined) throw new Error(`ALLOW has ${unknown}; there are ${KINDS.join(', ')}`);
  if (WORKFLOWS !== undefined) workflows = readWorkflows(WORKFLOWS);
  const typed = RELAY_URL.replace(/^http/, 'ws');
  if (!URL.canParse(typed)) throw new Error('RELAY_URL must be an address such as wss://relay.example');
  const url = new URL(typed);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'wss:' && !(url.protocol === 'ws:' && isHere)) throw new Error('RELAY_URL must be wss://');
  return `${url.href.replace(/\/+$/, '')}/connect`;
}

function readWorkflows(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`WORKFLOWS can't be read: ${error.message}`, { cause: error });
  }
}

function say(state) {
  process.stdout.write(`${state}\n`);
}

function send(message) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MOST.unsent) socket.close();
  else socket.send(JSON.stringify(message));
}

function heartbeat() {
  const uptime = Math.floor((Date.now() - startedAt) / 1000);
  const state = { active_tasks: running.size, last_error: lastError, connection_state: 'online' };
  return { node_id: NODE_ID, uptime, ...state };
}

/** Reads a request in either form; undefined for anything else. */
function readRequest(text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null || !KINDS.includes(message.type)) return undefined;
  const flat = typeof message.request_id === 'string';
  const { request_id: id, data } = flat ? message : (message.data ?? {});
  if (typeof id !== 'string' || id === '' || id.length > 128) return undefined;
  return { kind: message.type, id, flat, data: typeof data === 'object' && data !== null ? data : {} };
}

function answer({ id, flat }, { type, ...fields }) {
  const message = { type, request_id: id, ...fields };
  send(flat ? message : { type: 'response', data: message });
}

async function serve(request) {
  isFlat = request.flat;
  try {
    if (!allowed.has(request.kind)) throw new Error(`${request.kind} is not allowed here`);
    if (request.kind === 'status') answer(request, { type: 'status', ...heartbeat() });
    else if (request.kind === 'restart') await restart(request);
    else await run(request, request.kind === 'prompt' ? request.data.prompt : fill(request.data));
    answer(request, { type: 'done' });
  } catch (error) {
    lastError = error.message.slice(0, 500);
    answer(request, { type: 'error', message: lastError });
  }
}

/** Runs a prompt, without a shell, and streams its output. */
async function run(request, prompt) {
  if (typeof prompt !== 'string' || prompt === '' || prompt.length > MOST.prompt)
    throw new Error('the prompt is not valid');
  if (running.has(request.id) || running.size >= MOST.running) throw new Error('too many requests');
  await start(request, ['agent', '--agent', 'main', '--message', prompt], (content) =>
    answer(request, { type: 'token', content }),
  );
}

async function restart(request) {
  const tasks = [...running.values()].map(({ kind }) => kind);
  answer(request, { type: 'pending', tasks });
  for (const { child } of running.values()) child.kill();
  await start(request, ['gateway', 'restart'], () => undefined);
}

function start(request, words, onOutput) {
  const [file, ...first] = program;
  // The program doesn't get the token.
  const { AUTH_TOKEN: _token, ...environment } = process.env;
  const child = spawn(file, [...first, ...words], { stdio: ['ignore', 'pipe', 'ignore'], env: environment });
  running.set(request.id, { kind: request.kind, child });
  let length = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text) => {
    length += text.length;
    if (length > MOST.answer) child.kill();
    else onOutput(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`openclaw failed (${code ?? 'ended'})`))));
  }).finally(() => running.delete(request.id));
}

/** Returns the prompt of a workflow, with its values. */
function fill({ workflow_id: name, params = {} }) {
  if (typeof name !== 'string' || !Object.hasOwn(workflows, name)) throw new Error('there is no such workflow');
  return workflows[name].replaceAll(/\{\{(\w+)\}\}/g, (_field, key) => {
    if (params === null || !Object.hasOwn(params, key)) throw new Error(`the value ${key} is missing`);
    return String(params[key]);
  });
}

/** Prints why the relay can't be reached. WebSockets don't tell, so this asks again by HTTP. */
async function explain() {
  let reason = 'no relay of this protocol answers there';
  try {
    await fetch(url.replace(/^ws/, 'http'), { redirect: 'manual', signal: AbortSignal.timeout(HELLO_TIMEOUT) });
  } catch (error) {
    reason = error.cause?.message || error.cause?.code || error.message;
  }
  process.stderr.write(`Can't reach ${RELAY_URL}: ${reason}. Trying again.\n`);
}

/** Connects once. Resolves to the lifetime of the accepted connection, ms; 0 for none. */
function connect() {
  return new Promise((resolve) => {
    let beat;
    let onlineAt;
    const opened = new WebSocket(url);
    socket = opened;
    const timer = setTimeout(() => opened.close(), HELLO_TIMEOUT);
    opened.addEventListener('open', () => {
      const data = { node_id: NODE_ID, token: AUTH_TOKEN, meta: { kind: 'openclaw' } };
      opened.send(JSON.stringify({ type: 'hello', data }));
    });
    opened.addEventListener('message', ({ data: text }) => {
      if (typeof text !== 'string' || text.length > MOST.message) {
        opened.close();
        return;
      }
      if (onlineAt === undefined) {
        if (!/^\{\s*"type"\s*:\s*"hello_ok"/.test(text)) return;
        clearTimeout(timer);
        onlineAt = Date.now();
        say('online');
        const sendBeat = () => send(isFlat ? heartbeat() : { type: 'heartbeat', data: heartbeat() });
        sendBeat();
        beat = setInterval(sendBeat, HEARTBEAT);
        return;
      }
      const request = readRequest(text);
      if (request !== undefined) void serve(request);
    });
    opened.addEventListener('error', () => {
      if (failures === 0 && onlineAt === undefined) void explain();
    });
    opened.addEventListener('close', ({ code }) => {
      clearTimeout(timer);
      clearInterval(beat);
      say(code === 4001 ? 'rejected' : 'offline');
      resolve(onlineAt === undefined ? 0 : Date.now() - onlineAt);
    });
  });
}

let url = '';
let failures = 0;
try {
  url = checkSettings();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
for (; ; failures += 1) {
  if ((await connect()) >= STABLE) failures = 0;
  await new Promise((resolve) => setTimeout(resolve, Math.min(BACK_OFF.longest, BACK_OFF.first * 2 ** failures)));
}
