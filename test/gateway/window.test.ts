import { RealGateway } from '#test/support/gateway/index.ts';
import { realScene, tellWindowStory } from './story/index.ts';

tellWindowStory('a real gateway', async () => {
  const gateway = await RealGateway.start();
  return { scene: realScene(gateway), close: () => gateway.stop() };
});
