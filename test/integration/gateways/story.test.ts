import { GatewayDouble } from '#test/support/gateway/index.ts';
import { doubleScene, tellStory } from '#test/gateway/story/index.ts';

tellStory('the double of a gateway', async () => {
  const gateway = await GatewayDouble.start();
  return { scene: doubleScene(gateway), close: () => gateway.stop() };
});
