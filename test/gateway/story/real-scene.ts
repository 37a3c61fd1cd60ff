import type { RealGateway } from '#test/support/gateway/index.ts';
import { whereIs, type Scene } from './stage.ts';

/** The real gateway, and what its owner types there. */
export function realScene(gateway: RealGateway): Scene {
  /** OpenClaw's own command. */
  const type = async (...words: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr, json } = await gateway.cli([...words, '--json']);
    if (code !== 0) throw new Error(`openclaw ${words.join(' ')} ended with ${String(code)}\n${stdout}${stderr}`);
    return json;
  };
  return {
    url: gateway.url,
    token: gateway.token,
    fingerprint: () => gateway.fingerprint,
    approveDevice: async (requestId) => void (await type('devices', 'approve', requestId)),
    approveNode: async (requestId) => void (await type('nodes', 'approve', requestId)),
    which: async (nodeId, program) => {
      const params = JSON.stringify({ bins: [program] });
      const answer = await type('nodes', 'invoke', '--node', nodeId, '--command', 'system.which', '--params', params);
      return whereIs(answer, program);
    },
    rotate: async (deviceId, role) => void (await type('devices', 'rotate', '--device', deviceId, '--role', role)),
    revoke: async (deviceId, role) => void (await type('devices', 'revoke', '--device', deviceId, '--role', role)),
    restart: (meanwhile) => gateway.restart(meanwhile),
    replaceCertificate: async () => {
      await gateway.replaceCertificate();
    },
  };
}
