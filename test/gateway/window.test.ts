import { RealGateway } from '#test/support/gateway/index.ts';
import { realScene, tellWindowStory } from './story/index.ts';

for (const where of ['Chromium', 'Electron'] as const)
  tellWindowStory('a real gateway', where, async () => {
    const gateway = await RealGateway.start();
    return { scene: realScene(gateway), close: () => gateway.stop() };
  });
