import type { GatewayDouble } from '#test/support/gateway/index.ts';
import { whereIs, type Scene } from './stage.ts';

/** The double, and what its owner does there. */
export function doubleScene(gateway: GatewayDouble): Scene {
  const { operator } = gateway;
  return {
    url: gateway.url,
    token: gateway.secret.value,
    fingerprint: () => gateway.fingerprint ?? '',
    approveDevice: async (requestId) => void operator.approveDevice(requestId),
    approveNode: async (requestId) => operator.approveNode(requestId),
    which: async (nodeId, program) =>
      whereIs(await operator.invoke(nodeId, 'system.which', { bins: [program] }), program),
    rotate: async (deviceId, role) => void operator.rotateToken(deviceId, role),
    revoke: async (deviceId, role) => operator.revokeToken(deviceId, role),
    restart: (meanwhile) => gateway.restart(meanwhile === undefined ? {} : { pause: meanwhile }),
    replaceCertificate: async () => void (await gateway.replaceCertificate()),
  };
}
