/**
 * `idle-devices.ts devices|sockets URL COUNT`: that many idle connections from a process of their own. `devices` say a real hello, each with
 * an identity of its own; `sockets` are bare `ws` connections, the reference. Prints one line when all are up, then answers pings only.
 */
import { WebSocket } from 'ws';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { helloTranscript, relayMessage, type AgentMessage, type RelayMessage } from '#shared/relay-api/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';

const [kind, url, countText] = process.argv.slice(2);
if (url === undefined || countText === undefined) throw new Error('arguments missing');
const count = Number(countText);
/** Handshakes under way at one time. */
const AT_ONCE = 50;
const now = Math.floor(Date.now() / 1000);
const authority = new URL(url).host;

let started = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (started < count) {
      started += 1;
      await (kind === 'devices' ? openDevice() : openSocket());
    }
  }),
);
process.stdout.write('ready\n');

function openSocket(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url ?? '', { perMessageDeflate: false });
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
}

function openDevice(): Promise<void> {
  const identity = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now });
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url ?? ''}/v1/agent`, { perMessageDeflate: false });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the relay closed the connection')));
    socket.on('message', (data: Buffer) => {
      const message = relayMessage.parse(JSON.parse(data.toString()));
      if (message.type === 'welcome') resolve();
      if (message.type === 'error') reject(new Error(`${message.code}: ${message.message}`));
      if (message.type === 'challenge') greet(message).then((hello) => socket.send(JSON.stringify(hello)), reject);
    });
    const greet = async (challenge: Extract<RelayMessage, { type: 'challenge' }>): Promise<AgentMessage> => {
      const clientNonce = crypto.randomBytes(32);
      const signature = await identity.sign(
        helloTranscript({
          relayKey: fromBase64Url(challenge.relayKey),
          authority,
          tlsPin: new Uint8Array(0),
          certificate: identity.certificate,
          role: 'agent',
          relayNonce: fromBase64Url(challenge.nonce),
          clientNonce,
          versionsOffered: challenge.versions,
          version: 1,
        }),
      );
      return {
        type: 'hello',
        version: 1,
        certificate: toBase64Url(identity.certificate),
        nonce: toBase64Url(clientNonce),
        relayKey: challenge.relayKey,
        authority,
        tlsPin: '',
        role: 'agent',
        signature: toBase64Url(signature),
      };
    };
  });
}
