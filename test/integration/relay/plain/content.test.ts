import { expect, it } from 'vitest';
import type { Logger } from '#shared/logger.ts';
import { startPlainRelay } from '#test/support/plain-relay.ts';
import { filesWith, spellings } from '#test/support/privaclaw/traces.ts';

const SECRET = 'correct horse battery staple';

it('content that passes is in no file, log or table of the relay [S-PLAIN-5]', async () => {
  let log = '';
  const errors: string[] = [];
  const write = (message: string, fields?: unknown): void => void (log += `${message} ${JSON.stringify(fields)}\n`);
  const logger: Logger = {
    debug: write,
    info: write,
    warn: write,
    error(message, fields) {
      errors.push(`${message} ${JSON.stringify(fields)}`);
      write(message, fields);
    },
    child: () => logger,
  };
  const relay = await startPlainRelay({ logger });
  try {
    const owner = await relay.account('owner');
    const project = await relay.project(owner);
    const device = await relay.device(project, owner);
    const token = await relay.pair(device);
    const connector = await relay.connect(device, token);
    const node = await relay.connect(device, token, { meta: { kind: 'openclaw', name: SECRET } });
    const session = await relay.session(device, owner);
    const viewer = await relay.view(device, session, owner.token);
    const data_b64 = Buffer.from(`${SECRET}\n`).toString('base64');
    viewer.send('session_start', { session_id: session, cols: 80, rows: 24 });
    viewer.send('stdin', { session_id: session, data_b64 });
    await connector.next('stdin');
    connector.send('stdout', { session_id: session, data_b64 });
    connector.send('error', { session_id: session, message: SECRET });
    connector.send('meta_update', { shell_probe_detail: SECRET });
    await viewer.next('device_meta');
    // Malformed ones would get into an error's text.
    for (const client of [viewer, connector, node]) {
      client.raw(SECRET);
      client.raw(`{"type":"stdin","data":{"session_id":"${SECRET}","data_b64":"${SECRET}"}}`);
      client.raw(`{"type":"${SECRET}"}`);
      await client.settled();
    }
    const answer = fetch(`${relay.url}/api/v1/nodes/${device.id}/requests`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${owner.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'prompt', prompt: SECRET }),
    });
    const prompt = await node.next('prompt');
    node.raw(
      JSON.stringify({ node_id: SECRET, uptime: 1, active_tasks: 0, last_error: SECRET, connection_state: 'online' }),
    );
    node.raw(JSON.stringify({ type: 'token', request_id: prompt['request_id'], content: SECRET }));
    node.raw(JSON.stringify({ type: 'error', request_id: prompt['request_id'], message: SECRET }));
    expect(await (await answer).text()).toContain(SECRET);
    connector.send('session_end', { session_id: session, reason: SECRET });
    expect(await viewer.next('session_end')).toMatchObject({ data: { reason: SECRET } });
    await relay.platform.relay.close({ drain: 0 });
    const rows = relay.platform.rows('select * from plain_sessions');
    expect(rows).toMatchObject([{ status: 'ended', reason: 'other', bytes_forward: 29, bytes_back: 29 }]);
    expect(await filesWith(relay.directory, ['Server'])).not.toEqual([]);
    // The write-ahead log is there until the store closes.
    expect(await filesWith(relay.directory, [SECRET, token, owner.token, device.code.replace('-', '')])).toEqual([]);
    expect(spellings(SECRET).filter((spelling) => log.includes(spelling.toString()))).toEqual([]);
    expect(errors).toEqual([]);
  } finally {
    await relay.stop();
  }
});
