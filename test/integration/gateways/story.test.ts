import { GatewayDouble } from '#test/support/gateway/index.ts';
import { tellStory, whereIs } from '#test/gateway/story/index.ts';

tellStory('the double of a gateway', async () => {
  const gateway = await GatewayDouble.start();
  const { operator } = gateway;
  return {
    close: () => gateway.stop(),
    scene: {
      url: gateway.url,
      token: gateway.secret.value,
      fingerprint: () => gateway.fingerprint ?? '',
      approveDevice: async (requestId) => void operator.approveDevice(requestId),
      approveNode: async (requestId) => operator.approveNode(requestId),
      which: async (nodeId, program) =>
        whereIs(await operator.invoke(nodeId, 'system.which', { bins: [program] }), program),
      rotate: async (deviceId, role) => void operator.rotateToken(deviceId, role),
      revoke: async (deviceId, role) => operator.revokeToken(deviceId, role),
      restart: () => gateway.restart(),
      replaceCertificate: async () => void (await gateway.replaceCertificate()),
    },
  };
});
