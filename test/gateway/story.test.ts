import { RealGateway } from '#test/support/gateway/index.ts';
import { realScene, tellStory } from './story/index.ts';

tellStory('a real gateway', async () => {
  const gateway = await RealGateway.start();
  return { scene: realScene(gateway), close: () => gateway.stop() };
});
